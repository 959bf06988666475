"""How allauth speaks in this product: who may sign up, and what its mails look like."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from css_inline import inline
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation; an installation may also let anybody sign up."""
        return bool(settings.SIGN_UP_OPEN)

    def format_email_subject(self, subject: str) -> str:
        """The subject says the thing, without the site before it."""
        return str(subject)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Give every account mail, written as text, the look of our other mails."""
        mail: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        if isinstance(mail, EmailMultiAlternatives) and not mail.alternatives:
            letter = {"subject": mail.subject, "text": mail.body}
            html = render_to_string("emails/account.html", letter)
            mail.attach_alternative(inline(html), "text/html")
        return mail
