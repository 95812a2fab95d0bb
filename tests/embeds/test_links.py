"""The link of an invitation in a frame: a GET spends nothing, the button opens, other tokens change nothing."""

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.embeds.frames import SITE, embed_url, key_in, post_password, token_in
from video_pages.access.invitations import create_invitation, end_invitation, opening
from video_pages.models import Invitation, InvitationViewer, VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(film):
    """(an invitation by a link to the film, the address of its frame with the token)."""
    invitation, token = create_invitation(film, kind="link", label="Jury")
    return invitation, f"{embed_url(film)}?w={token}"


def press(client, address, token, **headers):
    sent = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin", **headers}
    return client.post(address, {"csrfmiddlewaretoken": token}, headers=sent)


def test_a_get_shows_the_button_and_opens_nothing(film, link):
    client = factories.browser()
    text = client.get(link[1]).content.decode()
    assert "data-frame-link" in text and 'name="password"' not in text and "Jury" not in text and "srw_" not in text
    assert not VideoAccessSession.objects.exists() and Invitation.objects.get().last_used_at is None


@pytest.mark.parametrize(
    ("end", "hours", "words"), [("opens_at", 1, "This film can be watched from"), ("closes_at", -1, "could be watched")]
)
def test_outside_of_the_window_it_says_when_and_has_no_button(film, link, end, hours, words):
    client = factories.browser()
    token = token_in(client.get(link[1]))
    VideoPage.objects.update(**{end: timezone.now() + dt.timedelta(hours=hours)})
    said = [client.get(link[1]), press(client, link[1], token)]
    for response in said:
        text = response.content.decode()
        assert words in text and "data-title=" in text
        assert "data-frame-link" not in text and 'name="password"' not in text
    assert said[1].status_code == 403 and not VideoAccessSession.objects.exists()


def test_the_token_is_in_no_referer(link):
    client = factories.browser()
    assert client.get(link[1])["Referrer-Policy"] == "strict-origin"  # files and other sites are asked for from here


def test_the_button_opens_the_film_in_this_frame(film, link):
    client = factories.browser()
    response = press(client, link[1], token_in(client.get(link[1])))
    key = key_in(response)
    assert response.status_code == 200 and response["Set-Cookie"].startswith(f"frame_key={key};")
    assert VideoAccessSession.objects.get().granted_by == link[0]
    assert client.get(f"/stream/{film.uuid}/~{key}/source").status_code == 200
    end_invitation(link[0], user=None)
    assert client.get(f"/stream/{film.uuid}/~{key}/source").status_code == 403


def test_new_browsers_in_frames_are_limited(link, monkeypatch):
    monkeypatch.setattr(opening, "MOST_NEW_BROWSERS", 1)
    statuses, clients = [], [factories.browser(), factories.browser()]
    for client in clients:
        response = press(client, link[1], token_in(client.get(link[1])))
        statuses.append((response.status_code, "Retry-After" in response.headers))
    assert statuses == [(200, False), (429, True)]
    assert b"Try again in an hour" in response.content
    assert InvitationViewer.objects.count() == VideoAccessSession.objects.count() == 1


def test_another_page_cannot_press_it(link):
    client = factories.browser()
    token = token_in(client.get(link[1]))
    for headers in (
        {"Origin": SITE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ):
        assert press(client, link[1], token, **headers).status_code == 403
    assert press(client, link[1], "").status_code == 403
    assert not VideoAccessSession.objects.exists()


def test_a_token_that_opens_nothing_here_leaves_the_password(film, link):
    other = factories.make_video()
    ended, token = create_invitation(film, kind="link", label="Ended")
    end_invitation(ended, user=None)
    elsewhere = link[1].replace(str(film.uuid), str(other.uuid))
    client = factories.browser()
    for address in (elsewhere, f"{embed_url(film)}?w={token}", f"{embed_url(film)}?w=srw_x", f"{embed_url(film)}?w="):
        response = client.get(address)
        assert 'name="password"' in response.content.decode(), address
        assert press(client, address, token_in(response)).status_code == 403
    assert not VideoAccessSession.objects.exists()


def test_a_link_to_a_section_opens_its_films(film):
    invitation, token = create_invitation(film.get_parent().specific, kind="link", label="All")
    client, video = factories.browser(), factories.make_video(section=film.get_parent().specific, password=None)
    address = f"{embed_url(video)}?w={token}"
    assert key_in(press(client, address, token_in(client.get(address))))
    assert VideoAccessSession.objects.get().granted_by == invitation


def test_a_password_that_is_typed_again_in_a_frame_is_of_the_same_viewer(film):
    _invitation, password = create_invitation(film, kind="password", label="Jury", most_viewers=1)
    client, keys = factories.browser(), [""]
    for _time in range(3):
        keys.append(key_in(post_password(client, film, password, key=keys[-1])))
        assert client.get(f"/stream/{film.uuid}/~{keys[-1]}/source").status_code == 200
        VideoAccessSession.objects.all().delete()  # as when its time is over
    assert len(set(keys)) == 4 and Invitation.objects.get().uses == InvitationViewer.objects.count() == 1
    # A former key, or none, is of another browser.
    for key in ("", keys[1]):
        assert b"This invitation is used up" in post_password(factories.browser(), film, password, key=key).content


def test_the_frame_says_why_its_invitation_opens_nothing_any_more(film, link):
    client = factories.browser()
    key = key_in(press(client, link[1], token_in(client.get(link[1]))))
    end_invitation(link[0], user=None)
    said = b"Your invitation was ended by the people who gave it to you."
    assert said in client.get(embed_url(film), headers={"X-Frame-Key": key}).content
    assert said not in factories.browser().get(embed_url(film)).content
