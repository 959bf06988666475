from django.urls import path

from . import views

app_name = "organizations"
urlpatterns = [
    path("people/", views.person_list, name="person_list"),
    path("people/new/", views.person_create, name="person_create"),
    path("people/<uuid:pk>/", views.person_detail, name="person_detail"),
    path("people/<uuid:pk>/edit/", views.person_edit, name="person_edit"),
    path("people/<uuid:pk>/invite/", views.person_invite, name="person_invite"),
    path("departments/", views.department_list, name="department_list"),
    path("departments/new/", views.department_create, name="department_create"),
    path("departments/<uuid:pk>/edit/", views.department_edit, name="department_edit"),
    path("quarters/", views.cycle_list, name="cycle_list"),
    path("quarters/new/", views.cycle_create, name="cycle_create"),
]
