"""Facts about people and departments that hold from one day to another (domain §1)."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange

from organizations.tenancy import TenantModel


class EffectiveQuerySet[M: "Effective"](models.QuerySet[M]):
    def on(self, day: date) -> Self:
        return self.filter(during__contains=day)


class Effective(TenantModel):
    """A row that is true during [first day, day after the last); no last day means "until further
    notice". A future-dated change needs no job to take effect.
    """

    during = DateRangeField()

    class Meta(TenantModel.Meta):
        abstract = True

    def end(self, day: date) -> None:
        """Let it be true for the last time the day before ``day``; what never began vanishes."""
        if self.during.lower and self.during.lower >= day:
            self.delete()
            return
        self.during = DateRange(self.during.lower, day)
        self.save(update_fields=["during"])


def from_day(day: date, until: date | None = None) -> Any:
    return DateRange(day, until)
