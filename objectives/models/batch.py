from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, locks

from .objective import Objective


class Batch(TenantModel):
    """One change that somebody made to several objectives at once, which they may take back."""

    class What(models.TextChoices):
        OWNER = "owner", _("Give them to another owner")
        DEPARTMENT = "department", _("Move them to another department")
        CYCLE = "cycle", _("Move them to another cycle")
        COMMIT = "commit", _("Commit them")
        ARCHIVE = "archive", _("Archive the drafts")

    what = models.CharField(max_length=10, choices=What)
    # What they were changed to, in words; empty where there is nothing to name.
    to = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    # Set by the form: a second press is the same batch (lessons 12).
    submission = models.UUIDField()
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("made_by"),
            models.UniqueConstraint(fields=["organization", "submission"], name="batch_once"),
            models.CheckConstraint(
                condition=Q(what__in=["owner", "department", "cycle", "commit", "archive"]),
                name="batch_does_what_is_known",
            ),
        ]

    def __str__(self) -> str:
        named = {
            self.What.OWNER: _("New owner: %(to)s"),
            self.What.DEPARTMENT: _("New department: %(to)s"),
            self.What.CYCLE: _("New cycle: %(to)s"),
        }
        words = named.get(self.What(self.what))
        return str(words) % {"to": self.to} if words else str(self.get_what_display())

    def get_absolute_url(self) -> str:
        return reverse("objectives:batch_detail", args=[self.pk])


class BatchRow(TenantModel):
    """One objective of a batch: what it was before, and the version that the batch left.

    While that version stands, nobody has touched it since, and it can be put back.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    objective = models.ForeignKey(Objective, models.CASCADE, related_name="batch_rows")
    before = models.UUIDField(null=True)
    version = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager()

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [
            *locks("batch", "objective"),
            models.UniqueConstraint(
                fields=["organization", "batch", "objective"], name="objective_once_in_a_batch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective} in {self.batch}"
