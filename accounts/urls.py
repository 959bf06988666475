"""Pages of an account that belong to no organization."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("preferences/theme/", views.theme_update, name="theme"),
]
