"""Everything under /o/<slug>/, written as if it were the whole site."""

from django.urls import include, path

from reports import views

urlpatterns = [
    path("", views.home, name="home"),
    path("waiting/", views.waiting, name="waiting"),
    path("news/read/", views.news_read, name="news_read"),
    path("team/", views.team, name="team"),
    path("search/", views.search, name="search"),
    path("search/options/", views.search_options, name="search_options"),
    path("departments/<uuid:pk>/", views.department, name="department"),
    path("check-in/", include("checkins.urls")),
    path("conversations/", include("checkins.conversation_urls")),
    path("objectives/", include("objectives.urls")),
    path("organization/", include("organizations.urls")),
]
