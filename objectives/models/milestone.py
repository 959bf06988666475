from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.tenancy import TenantModel, locks

from .key_result import KeyResult, frozen_with_objective


class Milestone(TenantModel):
    """One step of a key result that is measured in steps."""

    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=200)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    due_on = models.DateField(_("due"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = locks("key_result")
        triggers = [
            frozen_with_objective(
                "frozen_with_objective",
                "SELECT o.closed_at FROM objectives_objective o JOIN objectives_keyresult k "
                "ON k.objective_id = o.id WHERE k.id = OLD.key_result_id",
            )
        ]

    def __str__(self) -> str:
        return self.title
