"""Noting a constraint or a trigger comes to the same as making the models anew."""

import pgtrigger
import pytest
from django.db import migrations, models
from pgtrigger.migrations import AddTrigger

from core.management.commands.migrate import noting

KEPT = models.UniqueConstraint(fields=["name"], name="kept")
UNIQUE = models.UniqueConstraint(fields=["name", "place"], name="unique_name")
INDEX = models.Index(fields=["place"], name="place_index")
TRIGGER = pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)
STEPS = {
    "constraint": ("constraints", migrations.AddConstraint("Thing", UNIQUE)),
    "index": ("indexes", migrations.AddIndex("Thing", INDEX)),
    "trigger": ("triggers", AddTrigger("thing", TRIGGER)),
}


@pytest.fixture
def state():
    state = migrations.state.ProjectState()
    name, place = models.CharField(max_length=9), models.IntegerField()
    fields = [("id", models.AutoField(primary_key=True)), ("name", name), ("place", place)]
    made = migrations.CreateModel("Thing", fields, options={"constraints": [KEPT]})
    made.state_forwards("core", state)
    assert state.apps.get_model("core", "Thing")
    return state


def names(options):
    return [option.name for option in options]


@pytest.mark.parametrize("step", STEPS)
def test_what_is_noted_is_what_would_be_made(state, step):
    option, operation = STEPS[step]
    noted, made = state.clone(), state.clone()
    before = noted.apps.get_model("core", "Thing")
    with noting():
        operation.state_forwards("core", noted)
    operation.state_forwards("core", made)
    quick, plain = (one.apps.get_model("core", "Thing") for one in (noted, made))
    assert quick is before
    assert plain is not before
    assert noted == made
    assert names(getattr(quick._meta, option)) == names(getattr(plain._meta, option))
    assert names(state.models["core", "thing"].options["constraints"]) == ["kept"]


def test_afterwards_django_makes_models_anew(state):
    with noting():
        pass
    before = state.apps.get_model("core", "Thing")
    STEPS["constraint"][1].state_forwards("core", state)
    assert state.apps.get_model("core", "Thing") is not before
