"""A thread that has answered a visitor in another language answers the next one in that visitor's own."""

import uuid
from typing import NamedTuple

import pytest
from django.test import override_settings
from django.utils import translation
from wagtail.models import Site

from home.languages import visitor_language
from home.models import SiteSettings
from site_config.wsgi import application
from tests import factories
from tests.delivery.wsgi_requests import environ_of
from tests.uploads import wire
from video_pages.access import queues
from video_pages.access.fair_turns import FairTurns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]
GERMAN = {"Accept-Language": "de"}
LOCKED = "This video is locked, or it is not here. Open its page first."
SECRET = "0123456789abcdef0123456789abcdef"


class Answer(NamedTuple):
    status: str
    headers: dict
    body: bytes


@pytest.fixture(autouse=True)
def german_visitor():
    """This thread has answered somebody in German, as it does on a site that offers it."""
    factories.get_home()
    SiteSettings.objects.create(site=Site.objects.get(is_default_site=True), languages="de")
    visitor_language.forget_offered()
    assert b'<html lang="de"' in answer("/", headers=GERMAN).body and translation.get_language() == "de"
    yield
    visitor_language.forget_offered()
    translation.deactivate()


def answer(path, **request):
    """Return (status, headers, body) of the answer of the site to this request; see `environ_of`."""
    said = []
    with wire.the_tests_connection():
        reply = application(environ_of(path, **request), lambda status, headers: said.append((status, dict(headers))))
        body = b"".join(reply)
        if hasattr(reply, "close"):
            reply.close()
    ((status, headers),) = said
    return Answer(status, headers, body)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_refusal_in_front_of_django_is_in_the_language_that_it_names(method):
    video = factories.make_video()
    for address in (f"/stream/{video.uuid}/source", f"/stream/{uuid.uuid4()}/source"):
        refused = answer(address, method=method, headers=GERMAN)
        assert refused.status == "403 Forbidden" and refused.headers["Content-Language"] == "en"
        assert refused.headers["Content-Length"] == str(len(LOCKED))
        assert refused.body == LOCKED.encode()  # the server leaves it out for HEAD


def test_a_refused_question_of_nginx_is_too():
    with override_settings(DELIVERY="nginx", GATE_SECRET=SECRET):
        asked = {"X-Gate-Secret": SECRET, "X-Gate-Video": str(uuid.uuid4()), "X-Gate-Kind": "quiet"}
        assert answer("/stream-gate/", headers={**GERMAN, **asked}).body == LOCKED.encode()


@pytest.mark.parametrize(("wanted", "language", "title"), [("de", "de", "Einen Moment"), ("en", "en", "One moment")])
def test_the_page_for_too_many_forms_is_in_the_language_of_its_visitor(monkeypatch, wanted, language, title):
    """It is made before the language of the request is activated."""
    monkeypatch.setattr(queues, "_forms", FairTurns(0))
    with queues._forms.turn("another"):
        busy = answer("/search/", method="POST", headers={"Accept-Language": wanted})
    assert busy.status == "503 Service Unavailable" and busy.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in busy.body.decode() and title in busy.body.decode()
