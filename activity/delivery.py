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

# Writes the message of a mail as things stand at a moment, or says why it need not be sent any
# more, or until when it has to wait.
Compose = Callable[[Mail, datetime], EmailMessage | str | datetime]


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
    post = mailers.default
    try:
        while (mails := claim(organization_id, now)) and reachable(post):
            sent += sum(send(organization_id, mail, compose, now, post) for mail in mails)
    finally:
        post.close()
    return sent


def reachable(post: Any) -> bool:
    """Nobody there is no try: the claims end by themselves, and all waits for the next round."""
    try:
        post.open()
    except (SMTPException, OSError):
        logger.warning("The mail provider cannot be reached.", exc_info=True)
        return False
    return True


def claim(organization_id: UUID, now: datetime) -> list[Mail]:
    with organization_scope(organization_id):
        return Mail.claim(BATCH, now)


def send(organization_id: UUID, mail: Mail, compose: Compose, now: datetime, post: Any) -> bool:
    """Send one mail between short transactions: none is open while the provider answers.

    The try is counted before the mail is written: one that cannot be written is given up too,
    instead of standing in everybody's way for ever.
    """
    with organization_scope(organization_id):
        if not mail.begin():
            return False
    with organization_scope(organization_id):
        message = compose(mail, now)
        if isinstance(message, str):
            mail.skip(message)
            return False
        if isinstance(message, datetime):
            mail.hold(message)
            return False
    try:
        if not (mail.attempts > 1 and arrived(mail, post)):
            post.send_messages([message])
    except (SMTPException, OSError):
        logger.warning("Mail %s was not accepted; it will be tried again.", mail.pk, exc_info=True)
        post.close()  # what broke is not used again
        with organization_scope(organization_id):
            mail.postpone()
        return False
    with organization_scope(organization_id):
        mail.mark_sent()
    return True


def arrived(mail: Mail, post: Any) -> bool:
    """Ask about a mail whose last try ended without a word, where the provider can answer."""
    return hasattr(post, "knows") and bool(post.knows(mail.message_id))
