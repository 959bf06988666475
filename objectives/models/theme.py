from datetime import date

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from organizations.history import tracked
from organizations.models import Department, Person
from organizations.tenancy import TenantModel, locks

from .key_result import KeyResult
from .objective import Objective


@tracked
class ParticipatingFunction(TenantModel):
    """Who takes part in a theme: a department or another function, and its stakeholder (R37, R41).

    It may be a department; a function across departments has only a name.
    """

    # What a page adds: the stakeholder's key results here, and how fresh their check-ins are.
    counted: list[KeyResult]
    last_check_in: date | None
    is_stale: bool

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="functions")
    name = models.CharField(_("function"), max_length=100)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    stakeholder = models.ForeignKey(
        Person, models.PROTECT, related_name="functions", verbose_name=_("stakeholder")
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            *locks("objective", "department", "stakeholder"),
            models.UniqueConstraint(
                "organization",
                "objective",
                Lower("name"),
                name="function_takes_part_once",
                violation_error_message=_("That function takes part already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class KeyResultFunction(TenantModel):
    """That a function works on a key result of its theme; several may share one (R36)."""

    key_result = models.ForeignKey(KeyResult, models.CASCADE, related_name="function_links")
    function = models.ForeignKey(
        ParticipatingFunction, models.CASCADE, related_name="key_result_links"
    )

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("key_result", "function"),
            models.UniqueConstraint(
                fields=["organization", "key_result", "function"],
                name="function_works_on_a_key_result_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_result}: {self.function}"
