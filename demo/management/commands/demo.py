import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from demo.acme import ACME
from demo.globex import GLOBEX
from demo.story import Story
from demo.teller import Teller, id_of
from organizations.models import Organization

STORIES = (ACME, GLOBEX)
WORDS = """
amber basil birch brook cedar clover cobalt copper coral ember fern flint garnet hazel heron indigo
ivory jasper juniper lantern larch linen maple marble meadow nutmeg olive onyx orchid pebble pine
poppy quartz raven river rowan saffron sage sienna silver slate sparrow spruce teal thistle willow
""".split()  # noqa: SIM905
CAST = (
    ("HR admin", "ada@acme.example"),
    ("Manager", "max@acme.example"),
    ("Employee", "cleo@acme.example"),
    ("Auditor", "vera@acme.example"),
    ("Chief executive", "henrik@acme.example"),
    ("Owner", "olga@acme.example"),
    ("Another company", "mallory@globex.example"),
)
FIRST = "Sign in as cleo: three key results are due today. Then look at them as max."


class Command(BaseCommand):
    help = "Write a believable organization to play with, and another that must stay invisible."

    def handle(self, *args: Any, **options: Any) -> None:
        if Organization.objects.filter(pk__in=map(id_of, STORIES)).exists():
            self.stdout.write("The demonstration is there already; nothing was changed.")
            return
        refuse_to_mix(STORIES)
        password = settings.DEMO_PASSWORD or made_up_password()
        with transaction.atomic():
            hashed = make_password(password)
            for story in STORIES:
                Teller(story, hashed).tell()
            # Before the commit: a demonstration nobody can sign in to is of no use.
            keep(introduction(password))
        if options["verbosity"]:
            self.stdout.write(introduction(password))


def refuse_to_mix(stories: tuple[Story, ...]) -> None:
    """Leave alone what others have made."""
    for story in stories:
        if Organization.objects.filter(slug=story.slug).exists():
            raise CommandError(
                f"An organization /o/{story.slug}/ exists that the demonstration did not make. "
                "Use another database, or give that organization another slug."
            )
        addresses = [story.email(seat.short) for seat in story.seats]
        if user := User.objects.filter(email__in=addresses).first():
            raise CommandError(f"Somebody signs in as {user.email} already.")


def made_up_password() -> str:
    """Return one that can be read out across a room."""
    words = [secrets.choice(WORDS) for _ in range(4)]
    return "-".join([*words, str(secrets.randbelow(90) + 10)])


def introduction(password: str) -> str:
    rows = [f"{role:<16} {address}" for role, address in CAST]
    return "\n".join([*rows, f"{'Password':<16} {password}", FIRST])


def keep(text: str) -> None:
    file = settings.STATE_DIR / "demo.txt"
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(f"{text}\n", encoding="utf-8")
