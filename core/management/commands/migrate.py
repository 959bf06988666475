"""Django's own migrate, in a third of the time: every lock of the tables is a migration's step.

Django makes all models around a model anew for each constraint that is added to it, and for each
trigger. Neither changes how a model looks, so noting it is enough.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


def note(state: ProjectState, app_label: str, model_name: str, option: str, value: Any) -> None:
    """Append to a model's Meta, in the state and in what was made of it."""
    options = state.models[app_label, model_name.lower()].options
    options[option] = [*options.get(option, []), value]
    if "apps" in state.__dict__:  # asking for it would make all models
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option, list(options[option]))


def note_trigger(operation: Any, app_label: str, state: ProjectState) -> None:
    note(state, app_label, operation.model_name, "triggers", operation.trigger)


NOTED: list[tuple[type, str, Any]] = [
    (ProjectState, "_append_option", note),
    (AddTrigger, "state_forwards", note_trigger),
]


@contextmanager
def noting() -> Iterator[None]:
    """Have constraints, indexes and triggers noted; nothing else is done in another way."""
    makes_anew = [getattr(owner, name) for owner, name, _ in NOTED]
    for owner, name, way in NOTED:
        setattr(owner, name, way)
    try:
        yield
    finally:
        for (owner, name, _), way in zip(NOTED, makes_anew, strict=True):
            setattr(owner, name, way)


class Command(MigrateCommand):
    def handle(self, *arguments: Any, **options: Any) -> None:
        with noting():
            super().handle(*arguments, **options)
