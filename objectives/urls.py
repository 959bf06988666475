from django.urls import path

from .views import objectives

app_name = "objectives"
urlpatterns = [
    path("", objectives.objective_list, name="list"),
    path("alignment/", objectives.objective_outline, name="outline"),
    path("map/", objectives.objective_map, name="map"),
    path("changes/", objectives.outline_changes, name="outline_changes"),
    path("options/", objectives.objective_options, name="options"),
    path("new/", objectives.objective_create, name="create"),
    path("<uuid:pk>/", objectives.objective_detail, name="detail"),
    path("<uuid:pk>/changes/", objectives.objective_changes, name="changes"),
    path("<uuid:pk>/edit/", objectives.objective_edit, name="edit"),
    path("<uuid:pk>/commit/", objectives.objective_commit, name="commit"),
    path("<uuid:pk>/discard/", objectives.objective_discard, name="discard"),
    path("<uuid:pk>/branch/", objectives.objective_branch, name="branch"),
]
