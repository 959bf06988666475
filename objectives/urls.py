from django.urls import path

from .views import links, objectives

app_name = "objectives"
urlpatterns = [
    path("", objectives.objective_list, name="list"),
    path("alignment/", objectives.objective_outline, name="outline"),
    path("alignment/reach/", links.alignment_reach, name="reach"),
    path("alignment/not-connected/", links.alignment_gaps, name="gaps"),
    path("map/", objectives.objective_map, name="map"),
    path("changes/", objectives.outline_changes, name="outline_changes"),
    path("options/", links.link_options, name="options"),
    path("new/", objectives.objective_create, name="create"),
    path("links/<uuid:pk>/accept/", links.link_accept, name="link_accept"),
    path("links/<uuid:pk>/decline/", links.link_decline, name="link_decline"),
    path("links/<uuid:pk>/end/", links.link_end, name="link_end"),
    path("<uuid:pk>/", objectives.objective_detail, name="detail"),
    path("<uuid:pk>/changes/", objectives.objective_changes, name="changes"),
    path("<uuid:pk>/edit/", objectives.objective_edit, name="edit"),
    path("<uuid:pk>/commit/", objectives.objective_commit, name="commit"),
    path("<uuid:pk>/discard/", objectives.objective_discard, name="discard"),
    path("<uuid:pk>/branch/", objectives.objective_branch, name="branch"),
    path("<uuid:pk>/links/", links.link_list, name="link_list"),
    path("<uuid:pk>/links/new/", links.link_create, name="link_create"),
    path("<uuid:pk>/links/suggestions/", links.link_suggestions, name="link_suggestions"),
]
