"""One page, or the one piece of it htmx asked for."""

from functools import partial
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int | None = None,
    spoken: str = "",
) -> TemplateResponse:
    """Render the page, or only ``fragment`` of it when htmx asked for a piece.

    A POST that gets as far as rendering is a form sent back with its errors, so it is a 422
    unless ``status`` says otherwise. Messages that wait leave with a fragment, to be spoken now
    and not again on the next page; ``spoken`` says what a fragment brought, without a toast.
    """
    only_fragment = bool(fragment) and wants_fragment(request)
    if only_fragment:
        template = f"{template}#{fragment}"
    if status is None:
        status = 422 if request.method == "POST" else 200
    response = TemplateResponse(request, template, context, status=status)
    if only_fragment:
        response.add_post_render_callback(partial(add_spoken_messages, request))
        if spoken:
            response.add_post_render_callback(partial(add_live_region, spoken))
    patch_vary_headers(response, ["HX-Request"])
    return response


def wants_fragment(request: HttpRequest) -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def add_spoken_messages(request: HttpRequest, response: HttpResponse) -> None:
    """Append the waiting messages as out-of-band pieces: the toast and the live region."""
    sentences = list(get_messages(request))
    if sentences:
        context = {"sentences": sentences, "out_of_band": True}
        spoken = render_to_string("components/_spoken.html", context, request)
        response.content += spoken.encode()


def add_live_region(spoken: str, response: HttpResponse) -> None:
    context = {"sentences": [spoken], "out_of_band": True}
    response.content += render_to_string("components/_live.html", context).encode()


def redirect_page(url: str) -> HttpResponse:
    """Leave the page, even when htmx posted from inside a dialog on it."""
    return HttpResponseClientRedirect(url)
