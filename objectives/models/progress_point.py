from django.db import models

from organizations.tenancy import TenantModel, locks

from .objective import Objective


class ProgressPoint(TenantModel):
    """Where an objective's progress stood at the end of a day; today's still moves.

    Written by rollup.py alone.
    """

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="progress_points")
    on = models.DateField()
    progress = models.DecimalField(max_digits=12, decimal_places=6)

    class Meta(TenantModel.Meta):
        ordering = ["on"]
        constraints = [
            *locks("objective"),
            models.UniqueConstraint(
                fields=["organization", "objective", "on"], name="progress_point_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.progress} on {self.on}"
