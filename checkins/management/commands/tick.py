from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from activity.delivery import deliver, organizations_with_mail_due
from checkins.reminders import compose, plan
from organizations.models import Organization
from organizations.tenancy import organization_scope


class Command(BaseCommand):
    help = (
        "Do all that is due, here and now: for cron, for a rehearsal, for a day without a broker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now",
            metavar="ISO 8601",
            help="rehearse this moment instead, for example 2026-11-24T09:00+01:00",
        )

    def handle(self, *, now: str | None = None, **options: Any) -> None:
        moment = read_moment(now) if now else timezone.now()
        every = Organization.objects
        for organization in every.all() if now else every.due(moment):
            with organization_scope(organization):
                plan(organization, moment)
        sent = sum(
            deliver(organization_id, compose, moment)
            for organization_id in organizations_with_mail_due(moment)
        )
        self.stdout.write(f"{sent} mails sent, as of {moment.isoformat(timespec='minutes')}.")


def read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"--now takes a moment like 2026-11-24T09:00+01:00, not {text!r}."
        ) from error
    return moment if moment.tzinfo else timezone.make_aware(moment)
