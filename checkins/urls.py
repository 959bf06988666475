from django.urls import path

from .views import check_ins as views

app_name = "checkins"
urlpatterns = [
    path("", views.checkin_create, name="create"),
    path("unchanged/", views.checkin_unchanged, name="unchanged"),
    path("<uuid:pk>/preview/", views.checkin_preview, name="preview"),
]
