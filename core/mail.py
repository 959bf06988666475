"""Outgoing mail as files, for a run without a mail server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFolder(BaseEmailBackend):
    """Write each message to ``<folder>/<message id>.eml``, once."""

    def __init__(self, folder: str, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message(policy=policy.SMTP)
            file = self._file(str(message["Message-ID"]))
            unfinished = file.with_suffix(".part")
            unfinished.write_bytes(message.as_bytes())
            unfinished.replace(file)  # a reader never sees half a mail
        return len(email_messages)

    def knows(self, message_id: str) -> bool:
        """Answer the outbox's question: did this message arrive before we lost sight of it?"""
        return self._file(message_id).exists()

    def _file(self, message_id: str) -> Path:
        return self.folder / f"{message_id.strip('<>').replace('/', '_')}.eml"


@dataclass(frozen=True)
class MailFile:
    """A message in the folder, as somebody reads it."""

    name: str
    to: str
    subject: str
    written_at: datetime
    text: str
    html: str

    @classmethod
    def read(cls, file: Path) -> "MailFile":
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        return cls(
            name=file.stem,
            to=str(message["To"]),
            subject=str(message["Subject"]),
            written_at=datetime.fromtimestamp(file.stat().st_mtime, UTC),
            text=_body(message, "plain"),
            html=_body(message, "html"),
        )


def read_folder(folder: Path) -> list[MailFile]:
    """Return the messages in a folder, newest first; a folder that isn't there holds none."""
    mails = [MailFile.read(file) for file in folder.glob("*.eml")]
    return sorted(mails, key=lambda mail: mail.written_at, reverse=True)


def _body(message: ParsedMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part else ""
