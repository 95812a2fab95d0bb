"""The form of a request for access: off by default, found on locked pages, the same answer for everybody."""

import pytest
from django.test import Client

from tests import factories
from video_pages.access.requests.answers import BlockRequestAction
from video_pages.access.requests.asking import BY_CLIENT, LIMITS
from video_pages.access.requests.places import signed_place
from video_pages.access.site_settings import AccessSettings
from video_pages.models import AccessRequest

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Zoë <b>Weber</b> & Söhne 🎬", "email": "weber@example.org", "reason": "@!&#+ '\"<>", "website": ""}


@pytest.fixture
def takes_requests(video):
    settings, _made = AccessSettings.objects.update_or_create(site=video.get_site(), defaults={"takes_requests": True})
    return settings


def address(page):
    return f"/w/ask/{signed_place(page)}"


def answer_parts(response):
    """Return the parts of an answer that a visitor sees."""
    return response.status_code, response.headers.get("Location"), response.content


def test_without_the_setting_nothing_leads_to_the_form_and_it_does_not_exist(client, video):
    assert b"/w/ask/" not in client.get(video.url).content
    assert client.get(address(video)).status_code == 404
    assert client.post(address(video), FIELDS).status_code == 404
    assert not AccessRequest.objects.exists()


def test_locked_pages_lead_to_the_form_and_what_is_sent_is_stored_as_it_is(client, video, takes_requests):
    section = factories.make_section(password=factories.PASSWORD)
    nobody = factories.make_video(password=None)
    for page in (video, section, nobody):
        assert f'href="{address(page)}"' in client.get(page.url).text
    shown = client.get(address(video))
    assert "Salt flats" in shown.text and "sessionid" not in client.cookies
    assert shown.headers["Cache-Control"] == "private, no-store"
    sent = client.post(address(video), FIELDS)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{address(video)}?sent")
    assert "Your request has arrived" in client.get(sent.headers["Location"]).text
    stored = AccessRequest.objects.values().get()
    assert {name: stored[name] for name in FIELDS if name != "website"} == {
        name: text for name, text in FIELDS.items() if name != "website"
    }


def test_a_known_a_new_and_a_blocked_address_and_a_robot_get_the_same_answer(client, video, takes_requests):
    first = answer_parts(client.post(address(video), FIELDS))
    assert answer_parts(client.post(address(video), FIELDS)) == first
    BlockRequestAction(AccessRequest.objects.get()).execute(skip_permission_checks=True)
    assert answer_parts(client.post(address(video), FIELDS)) == first
    robot = FIELDS | {"email": "robot@example.org", "website": "https://spam.example"}
    assert answer_parts(client.post(address(video), robot)) == first
    assert AccessRequest.objects.count() == 1


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(client, video, takes_requests):
    refused = client.post(address(video), FIELDS | {"email": "weber", "name": ""})
    assert refused.status_code == 400
    assert "This is no email address." in refused.text and "Write your name." in refused.text
    assert 'value="weber"' in refused.text and "@!&amp;#+ &#x27;&quot;&lt;&gt;" in refused.text
    long = client.post(address(video), FIELDS | {"name": "x" * 101, "reason": "x" * 1001})
    assert long.status_code == 400
    assert not AccessRequest.objects.exists()


def test_a_client_beyond_the_limit_is_told_to_wait(client, video, takes_requests):
    for number in range(LIMITS[BY_CLIENT]):
        client.post(address(video), FIELDS | {"email": f"{number}@example.org"})
    limited = client.post(address(video), FIELDS | {"email": "late@example.org"})
    assert limited.status_code == 429 and 3500 < int(limited.headers["Retry-After"]) <= 3600
    assert "late@example.org" in limited.text, "what was typed stays"
    assert not AccessRequest.objects.filter(email="late@example.org").exists()


@pytest.mark.parametrize("text", ["", "video-1-0", "video-1-0.sig", "a.b.c", "%00", "ä"])
def test_of_a_text_that_the_site_has_not_signed_nothing_is_said(client, takes_requests, text):
    assert client.get(f"/w/ask/{text}").status_code == 404


def test_of_a_draft_nothing_is_said(client, video, takes_requests):
    place = address(video)
    type(video).objects.filter(pk=video.pk).update(live=False)
    assert client.get(place).status_code == 404


def test_another_site_cannot_send_the_form(video, takes_requests):
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(video), FIELDS).status_code == 403
    assert not AccessRequest.objects.exists()
