"""Pages that belong to no organization: landing, invitation, health, and the laptop's mail."""

from pathlib import Path
from typing import Any, cast

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from core.htmx import render
from core.mail import MailFile, read_folder
from organizations.doors import open_doors
from organizations.forms import OrganizationForm, SetPasswordForm
from organizations.founding import found
from organizations.invitations import Invitation, account_of, come_in, set_up_account
from organizations.links import BrokenLink, ExpiredLink
from organizations.models import Person

MAILS_ON_A_PAGE = 50
# A mail is read in a frame; what it links to opens beside it, as in a mail program.
NEW_TAB = '<head><base target="_blank">'


class SignedInRequest(HttpRequest):
    """What a page outside any organization is handed once somebody has signed in."""

    user: User


@require_safe
def landing(request: SignedInRequest) -> HttpResponse:
    """Lead into the only organization, or let the user choose; there may be none at all."""
    organizations = open_doors(request.user)
    if len(organizations) == 1:
        return redirect(organizations[0])
    founding = settings.SIGN_UP_OPEN and not organizations
    context = {"organizations": organizations, "form": OrganizationForm() if founding else None}
    return render(request, "landing.html", context)


@require_POST
@transaction.atomic
def organization_create(request: SignedInRequest) -> HttpResponse:
    """Found an organization, where anybody may; pressed twice it is still one."""
    if not settings.SIGN_UP_OPEN:
        raise PermissionDenied
    user = User.objects.select_for_update().get(pk=request.user.pk)
    if open_doors(user):
        return redirect("landing")
    form = OrganizationForm(request.POST)
    if form.is_valid():
        owner = found(owner_email=user.email, **form.cleaned_data)
        come_in(owner, user)
        return redirect(owner.organization)
    return render(request, "landing.html", {"organizations": [], "form": form})


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
@sensitive_post_parameters()
@transaction.atomic
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Let in whom an invitation is for, once; looking at it changes nothing."""
    try:
        person = Invitation.read(token).guest()
    except BrokenLink as error:
        raise Http404 from error
    except ExpiredLink:
        return render(request, "organizations/invitation_ended.html", status=410)
    account = account_of(person.email)
    if account is None:
        return join_with_new_account(request, person)
    if request.method == "POST" and request.user == account:
        come_in(person, account)
        return redirect(person.organization)
    context = {"person": person, "is_them": request.user == account}
    return render(request, "organizations/join_with_account.html", context)


def join_with_new_account(request: HttpRequest, person: Person) -> HttpResponse:
    form = SetPasswordForm(request.POST or None, email=person.email)
    if form.is_valid():
        user = set_up_account(person, form.cleaned_data["password"])
        inside = person.organization.get_absolute_url()
        return cast("HttpResponse", perform_login(request, user, redirect_url=inside))
    context = {"person": person, "form": form}
    return render(request, "organizations/join_with_new_account.html", context)


@require_safe
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
@login_not_required
def mail_list(request: HttpRequest) -> HttpResponse:
    """Show what would have been sent; this page exists only where mail goes to a folder."""
    assert settings.MAIL_FOLDER
    page = Paginator(read_folder(settings.MAIL_FOLDER), MAILS_ON_A_PAGE)
    shown = page.get_page(request.GET.get("page"))
    return render(request, "mail/mail_list.html", {"page": shown})


@require_GET
@login_not_required
@csp_override(settings.SECURE_CSP | {"frame-src": [CSP.SELF]})
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "mail/mail_detail.html", {"mail": read_mail(name)})


@require_GET
@login_not_required
@csp_override({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]})
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Show the HTML part as a mail program would: its own styles, no script, nothing fetched."""
    response = HttpResponse(read_mail(name).html.replace("<head>", NEW_TAB, 1))
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
