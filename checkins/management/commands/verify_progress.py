from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from checkins.verification import differences
from organizations.models import Organization
from organizations.tenancy import organization_scope


class Command(BaseCommand):
    help = (
        "Compute every progress again from the check-ins, and tell where what is stored differs. "
        "Changes nothing; ends with 1 if anything differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="look at this one only")

    def handle(self, *, organization: str | None = None, **options: Any) -> None:
        found = 0
        for one in chosen(organization):
            with organization_scope(one):
                different = differences()
            for difference in different:
                self.stdout.write(f"{one.slug}: {difference}")
            found += len(different)
        if found:
            raise CommandError(f"{found} differences.", returncode=1)
        self.stdout.write("No difference: every progress is what the check-ins come to.")


def chosen(slug: str | None) -> list[Organization]:
    every = Organization.objects.order_by("slug")
    rows = list(every.filter(slug=slug) if slug else every)
    if slug and not rows:
        raise CommandError(f"There is no organization {slug!r}.")
    return rows
