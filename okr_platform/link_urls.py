"""What a signed link in a mail may open, under /l/<token>/: forms, and nothing else."""

from django.urls import include, path

urlpatterns = [path("check-in/", include("checkins.link_urls"))]
