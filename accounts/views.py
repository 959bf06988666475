"""What people decide about their own account."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User

THEMES = ("auto", "day", "night")


@require_POST
def theme_update(request: HttpRequest) -> HttpResponse:
    """Keep the chosen colours and go back to where they were chosen.

    An unknown theme changes nothing: the form offers none, so there is nobody to tell.
    """
    user = request.user
    theme = request.POST.get("theme", "")
    if theme in THEMES and isinstance(user, User):
        user.theme = theme
        user.save(update_fields=["theme"])
    if "HX-Request" in request.headers:
        return HttpResponse(status=204)
    return HttpResponseRedirect(safe_next(request))


def safe_next(request: HttpRequest) -> str:
    """Return the page to go back to, unless it is on another host."""
    address = request.POST.get("next", "")
    hosts = {request.get_host()}
    secure = request.is_secure()
    if url_has_allowed_host_and_scheme(address, allowed_hosts=hosts, require_https=secure):
        return address
    return "/"
