from datetime import datetime, timedelta
from email.utils import formataddr
from hashlib import sha256
from typing import Any, ClassVar, Self

from css_inline import inline
from django.conf import settings
from django.core.mail import EmailAlternative, EmailMessage, EmailMultiAlternatives
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation

from organizations.models import Person
from organizations.tenancy import TenantManager, TenantModel, current_organization_id, locks

LAST_TRY = 6
UNFINISHED = Q(sent_at=None, skipped_at=None, attempts__lt=LAST_TRY)


class MailQuerySet(models.QuerySet["Mail"]):
    def unfinished(self) -> Self:
        return self.filter(UNFINISHED)

    def given_up(self) -> Self:
        """The dead letters: tried as often as we try, and never accepted."""
        return self.filter(sent_at=None, skipped_at=None, attempts__gte=LAST_TRY)

    def held(self, mail: "Mail") -> Self:
        """Return this very mail, if the claim made on it is still ours and still good."""
        rows = self.unfinished().filter(pk=mail.pk, lease_until=mail.lease_until)
        return rows.filter(lease_until__gt=Now())


class Mail(TenantModel):
    """The outbox: one mail to one person about one thing, before it is a message.

    Planned by a rule, claimed for a while, tried under a fence, then sent or skipped
    (promises.md, Delivery). The unique key makes a repeated tick harmless (domain §11, N3).
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="mails")
    rule = models.SlugField(max_length=50)
    thing = models.UUIDField()
    period = models.CharField(max_length=40)
    due_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    sent_at = models.DateTimeField(null=True)
    skipped_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=100, blank=True, db_default="", default="")

    objects: ClassVar = TenantManager.from_queryset(MailQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            *locks("person"),
            models.UniqueConstraint(
                fields=["organization", "person", "rule", "thing", "period"], name="mail_once"
            ),
        ]
        indexes = [
            models.Index(
                name="mail_unfinished",
                fields=["organization", "due_at", "id"],
                condition=UNFINISHED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.period} to {self.person}"

    @property
    def message_id(self) -> str:
        """The same for every copy. Short: a header line that must be folded breaks the id."""
        key = f"{self.rule} {self.thing} {self.period} {self.person_id}"
        return f"<{sha256(key.encode()).hexdigest()[:32]}@plumbline>"

    def message(self, **context: Any) -> EmailMessage:
        """Write it in the reader's language from ``templates/emails/<rule>/``."""
        person = self.person
        folder = f"emails/{self.rule}"
        context |= {"person": person, "organization": person.organization}
        with translation.override(person.language or person.organization.language):
            subject = render_to_string(f"{folder}/subject.txt", context)
            text = render_to_string(f"{folder}/body.txt", context)
            html = render_to_string(f"{folder}/body.html", context)
        return EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=text,
            to=[formataddr((person.name, person.email))],
            headers={"Message-ID": self.message_id},
            alternatives=[EmailAlternative(inline(html, keep_at_rules=True), "text/html")],
        )

    @classmethod
    def claim(cls, limit: int, now: datetime) -> "list[Mail]":
        """Take the next mails due by ``now`` for a while; whoever dies holding them loses them."""
        lease = settings.MAIL_LEASE
        mails = cls.objects.raw(CLAIM, [current_organization_id(), now, limit, lease])
        return sorted(mails, key=lambda mail: (mail.due_at, mail.pk))

    def begin(self) -> bool:
        """Count one more try, unless the claim was lost or the mail is done."""
        begun = Mail.objects.held(self).update(attempts=F("attempts") + 1)
        if begun:
            self.refresh_from_db(fields=["attempts"])
        return bool(begun)

    def mark_sent(self) -> None:
        Mail.objects.filter(pk=self.pk, sent_at=None).update(sent_at=Now())

    def skip(self, reason: str) -> None:
        """Leave it unsent for good, and say why."""
        unsent = Mail.objects.filter(pk=self.pk, sent_at=None)
        unsent.update(skipped_at=Now(), reason=reason)

    def hold(self, until: datetime) -> None:
        """Keep it for another hour of the day; that was no try."""
        claimed = Mail.objects.held(self)
        claimed.update(due_at=until, lease_until=None, attempts=F("attempts") - 1)

    def postpone(self) -> None:
        """Try again later, after 2, 4, 8, … minutes."""
        pause = timedelta(minutes=2**self.attempts)
        Mail.objects.held(self).update(due_at=Now() + pause, lease_until=None)


# The order is that of the partial index: with another one the database sorts all that is due.
CLAIM = """
WITH next AS MATERIALIZED (
    SELECT id FROM activity_mail
     WHERE organization_id = %s AND due_at <= %s
       AND sent_at IS NULL AND skipped_at IS NULL AND attempts < 6
       AND (lease_until IS NULL OR lease_until < statement_timestamp())
     ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE activity_mail SET lease_until = statement_timestamp() + %s
  FROM next WHERE activity_mail.id = next.id RETURNING activity_mail.*
"""
