"""What people decide about their own account, under /preferences/."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("theme/", views.theme_update, name="theme"),
]
