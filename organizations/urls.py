from django.urls import path

from .views import departments, people, quarters

app_name = "organizations"
urlpatterns = [
    path("people/", people.person_list, name="person_list"),
    path("people/options/", people.person_options, name="person_options"),
    path("people/new/", people.person_create, name="person_create"),
    path("people/<uuid:pk>/", people.person_detail, name="person_detail"),
    path("people/<uuid:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<uuid:pk>/invite/", people.person_invite, name="person_invite"),
    path("people/<uuid:pk>/leave/", people.person_leave, name="person_leave"),
    path("people/<uuid:pk>/rejoin/", people.person_rejoin, name="person_rejoin"),
    path("departments/", departments.department_list, name="department_list"),
    path("departments/options/", departments.department_options, name="department_options"),
    path("departments/new/", departments.department_create, name="department_create"),
    path("departments/<uuid:pk>/edit/", departments.department_edit, name="department_edit"),
    path(
        "departments/<uuid:pk>/dissolve/",
        departments.department_dissolve,
        name="department_dissolve",
    ),
    path("quarters/", quarters.cycle_list, name="cycle_list"),
    path("quarters/new/", quarters.cycle_create, name="cycle_create"),
    path("quarters/check-ins/", quarters.rhythm_edit, name="rhythm_edit"),
]
