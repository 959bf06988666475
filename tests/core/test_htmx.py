"""Pages, fragments and what they say."""

import pytest
from bs4 import BeautifulSoup
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.template import engines
from django.template.loaders.locmem import Loader
from django_htmx.middleware import HtmxMiddleware

from core.htmx import redirect_page, render

PAGE = "<h1>Page</h1>{% partialdef list inline %}<ul id=list></ul>{% endpartialdef %}"


@pytest.fixture
def ask(rf, monkeypatch):
    """Make a request as the middleware leaves it."""

    def make(method="get", **headers):
        request = getattr(rf, method)("/", headers=headers)
        HtmxMiddleware(lambda _request: HttpResponse())(request)
        request._messages = CookieStorage(request)
        return request

    engine = engines["django"].engine
    page = Loader(engine, {"page.html": PAGE})
    monkeypatch.setattr(engine, "template_loaders", [page, *engine.template_loaders])
    return make


def rendered(request, **options):
    return render(request, "page.html", {}, fragment="list", **options).render()


def test_a_browser_gets_the_page(ask):
    response = rendered(ask())
    assert "<h1>" in response.text
    assert response.status_code == 200
    assert "HX-Request" in response["Vary"]


def test_htmx_gets_the_fragment(ask):
    response = rendered(ask(hx_request="true"))
    assert "<h1>" not in response.text
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("header", ["hx_boosted", "hx_history_restore_request"])
def test_a_whole_page_is_asked_for_in_other_ways_too(ask, header):
    assert "<h1>" in rendered(ask(hx_request="true", **{header: "true"})).text


def test_a_form_sent_back_is_a_422_unless_something_was_saved(ask):
    assert rendered(ask("post")).status_code == 422
    assert rendered(ask("post"), status=200).status_code == 200


def test_a_fragment_says_once_what_was_done(ask):
    request = ask(hx_request="true")
    messages.success(request, "Objective <b>drafted</b>.")
    spoken = BeautifulSoup(rendered(request).text, "html.parser")
    assert spoken.find(id="live").get_text().strip() == "Objective <b>drafted</b>."
    assert spoken.find(id="live")["hx-swap-oob"] == "innerHTML"
    assert "hidden" not in spoken.find(id="toast").attrs
    assert request._messages.used


def test_a_page_leaves_its_messages_to_the_layout(ask):
    request = ask()
    messages.success(request, "Objective drafted.")
    rendered(request)
    assert not request._messages.used


def test_a_fragment_without_news_says_nothing(ask):
    assert "live" not in rendered(ask(hx_request="true")).text


def test_leaving_the_page_works_from_inside_a_dialog():
    response = redirect_page("/objectives/")
    assert response["HX-Redirect"] == "/objectives/"
