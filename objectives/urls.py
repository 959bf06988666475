from django.urls import path

from . import views

app_name = "objectives"
urlpatterns = [
    path("", views.objective_list, name="list"),
    path("alignment/", views.objective_outline, name="outline"),
    path("map/", views.objective_map, name="map"),
    path("changes/", views.outline_changes, name="outline_changes"),
    path("options/", views.objective_options, name="options"),
    path("new/", views.objective_create, name="create"),
    path("<uuid:pk>/", views.objective_detail, name="detail"),
    path("<uuid:pk>/changes/", views.objective_changes, name="changes"),
    path("<uuid:pk>/edit/", views.objective_edit, name="edit"),
    path("<uuid:pk>/commit/", views.objective_commit, name="commit"),
    path("<uuid:pk>/discard/", views.objective_discard, name="discard"),
    path("<uuid:pk>/branch/", views.objective_branch, name="branch"),
]
