"""Pages that belong to no organization: landing, invitation, health, and the laptop's mail."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_safe

from core.htmx import render
from core.mail import MailFile, read_folder
from organizations.models import Organization


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Lead into the only organization, or let the user choose; there may be none at all."""
    organizations = list(Organization.objects.open_to(request.user).order_by("name"))
    if len(organizations) == 1:
        return redirect(f"/o/{organizations[0].slug}/")
    return render(request, "landing.html", {"organizations": organizations})


@require_safe
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
@login_not_required
def mail_list(request: HttpRequest) -> HttpResponse:
    """Show what would have been sent; this page exists only where mail goes to a folder."""
    assert settings.MAIL_FOLDER
    return render(request, "mail/mail_list.html", {"mails": read_folder(settings.MAIL_FOLDER)})


@require_GET
@login_not_required
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "mail/mail_detail.html", {"mail": read_mail(name)})


@require_GET
@login_not_required
@csp_override({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]})
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Show the HTML part as a mail program would: its own styles, no script, nothing fetched."""
    response = HttpResponse(read_mail(name).html)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def read_mail(name: str) -> MailFile:
    assert settings.MAIL_FOLDER
    file = settings.MAIL_FOLDER / f"{Path(name).name}.eml"
    if not file.is_file():
        raise Http404
    return MailFile.read(file)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Say so without the database, which may be what is broken."""
    return HttpResponse(render_to_string("500.html"), status=500)


def join(request: HttpRequest, token: str) -> HttpResponse: ...
