"""Pages that belong to no organization."""

from django.conf import settings
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("health/", views.health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("preferences/", include("accounts.urls")),
    path("organizations/new/", views.organization_create, name="organization_create"),
    path("join/<str:token>/", views.join, name="join"),
]
if settings.MAIL_FOLDER:
    urlpatterns += [
        path("mail/", views.mail_list, name="mail_list"),
        path("mail/<str:name>/", views.mail_detail, name="mail_detail"),
        path("mail/<str:name>/html/", views.mail_html, name="mail_html"),
    ]

handler500 = "okr_platform.views.server_error"
