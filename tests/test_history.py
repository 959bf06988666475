"""Whatever writes a row leaves a version of it, inside its organization."""

import pytest
from django.db import connection

from objectives.models import Objective
from organizations.models import Department, Person
from organizations.tenancy import NoOrganization, organization_scope


def titles_of(objective):
    return list(objective.history.order_by("pgh_id").values_list("title", flat=True))


def test_every_way_of_writing_leaves_a_version(in_acme, objective):
    objective.title = "by a save"
    objective.save(update_fields=["title"])
    Objective.objects.update(title="by a bulk update")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE objectives_objective SET title = 'by hand'")
    versions = ["Answer before riders worry", "by a save", "by a bulk update", "by hand"]
    assert titles_of(objective) == versions


def test_a_deletion_leaves_the_versions_behind(in_acme, ada):
    department = Department.objects.create(name="Short-lived")
    department.delete()
    versions = Department.history.rel.related_model.objects
    assert "Short-lived" in versions.values_list("name", flat=True)


def test_history_stays_inside_its_organization(acme, ada, mallory):
    versions = Person.history.rel.related_model
    with pytest.raises(NoOrganization):
        versions.objects.count()
    with organization_scope(acme):
        assert {version.name for version in versions.objects.all()} == {"Ada"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {versions._meta.db_table}")
        assert cursor.fetchone() == (0,)


def test_history_names_the_person_who_came_through_the_door(settings, acme, ada, as_ada):
    settings.ORGANIZATION_URLCONF = "tests.misbehaving_urls"
    as_ada.get("/o/acme/fine/")
    with organization_scope(acme):
        version = Department.objects.get(name__startswith="written").history.get()
        assert version.pgh_context == {"person": str(ada.pk)}
