"""The outbox, emptied: claim some, then send and mark them one by one."""

import logging
from collections.abc import Callable
from datetime import datetime
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage, mailers
from django.db import connection

from organizations.tenancy import organization_scope

from .models import Mail

BATCH = 20
logger = logging.getLogger(__name__)

# Writes the message of a mail as things stand now, or says why it need not be sent any more.
Compose = Callable[[Mail], EmailMessage | str]


def organizations_with_mail_due(now: datetime) -> list[UUID]:
    """Look across organizations, by the one reviewed function that may: it returns only ids."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_mail_due(%s)", [now])
        return [organization_id for (organization_id,) in cursor.fetchall()]


def deliver(organization_id: UUID, compose: Compose, now: datetime) -> int:
    """Send what is due in one organization; return how many went out.

    May run twice, at once, or die at any point: nothing is lost, and a copy is sent only when a
    process dies between the provider's yes and our note of it.
    """
    sent = 0
    with mailers.default as post:
        while mails := claim(organization_id, now):
            sent += sum(send(organization_id, mail, compose, post) for mail in mails)
    return sent


def claim(organization_id: UUID, now: datetime) -> list[Mail]:
    with organization_scope(organization_id):
        return Mail.claim(BATCH, now)


def send(organization_id: UUID, mail: Mail, compose: Compose, post: Any) -> bool:
    """Send one mail between two short transactions: none is open while the provider answers."""
    with organization_scope(organization_id):
        if not mail.begin():
            return False
        message = compose(mail)
        if isinstance(message, str):
            mail.skip(message)
            return False
    try:
        if not (mail.attempts > 1 and arrived(mail, post)):
            post.send_messages([message])
    except (SMTPException, OSError):
        logger.warning("Mail %s was not accepted; it will be tried again.", mail.pk, exc_info=True)
        with organization_scope(organization_id):
            mail.postpone()
        return False
    with organization_scope(organization_id):
        mail.mark_sent()
    return True


def arrived(mail: Mail, post: Any) -> bool:
    """Ask about a mail whose last try ended without a word, where the provider can answer."""
    return hasattr(post, "knows") and bool(post.knows(mail.message_id))
