"""The block "I have a password" with the password of an invitation that is bound to a mail address."""

import pytest

from tests import factories
from tests.access.invitations.mail_codes import ANN, codes_mailed, opens
from tests.home import block_pages as blocks
from video_pages.access import passwords
from video_pages.access.invitations.services import create_invitation
from video_pages.access.models import VideoAccessSession
from video_pages.analytics.models import AccessEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


@pytest.fixture
def home():
    return blocks.home_that_finds_passwords()


def type_at_home(client, password):
    return client.post("/", {"password": password})


def with_code(client, url):
    """Return the answer to the code that `client` gets by mail from the page at `url`."""
    assert client.post(url, {"email": ANN}).status_code == 200
    (code,) = codes_mailed()
    return client.post(url, {"code": code})


def test_it_leads_to_the_page_that_asks_for_the_code_and_the_code_to_the_film(client, home):
    video = factories.make_video(password="grey-harbour")
    invitation, secret = create_invitation(video, kind="password", label="Ann", mail_to=ANN)
    answer = type_at_home(client, secret)
    assert answer.status_code == 303 and answer.url.startswith("/w/code/")
    assert "known_browser" in answer.cookies, "the ticket is that of this browser"
    assert 'type="email"' in client.get(answer.url).text
    assert not VideoAccessSession.objects.exists()
    opened = with_code(client, answer.url)
    assert (opened.status_code, opened.url) == (303, video.get_url())
    assert opens(client, video) and VideoAccessSession.objects.get().granted_by == invitation
    assert type_at_home(client, secret).url == video.get_url(), "a browser that was confirmed needs no code"


def test_the_code_gives_as_long_as_it_does_at_the_page_of_the_film(client, home):
    video = factories.make_video(password="grey-harbour")
    _invitation, secret = create_invitation(video, kind="password", label="Ann", mail_to=ANN)
    with_code(client, type_at_home(client, secret).url)
    there = factories.browser()
    with_code(there, there.post(video.url, {"password": secret}).context["code_url"])
    here, at_the_page = (each.expires_at - each.created_at for each in VideoAccessSession.objects.order_by("pk"))
    assert here == at_the_page


def test_a_browser_keeps_what_it_has_opened_before(client, home):
    before = factories.make_video(password="another-one")
    factories.unlock(client, before, "another-one")
    video = factories.make_video(password="grey-harbour")
    _invitation, secret = create_invitation(video, kind="password", label="Ann", mail_to=ANN)
    with_code(client, type_at_home(client, secret).url)
    assert opens(client, before) and opens(client, video)


def test_of_several_pages_the_list_leads_to_the_code_where_one_is_needed(client, home):
    bound, free = (factories.make_video(title, password=None) for title in ("Bound", "Free"))
    _invitation, secret = create_invitation(bound, kind="password", label="Ann", mail_to=ANN)
    passwords.set_password(free, secret)
    answer = type_at_home(client, secret)
    assert answer.status_code == 200 and opens(client, free) and not opens(client, bound)
    (url,) = (card.url for card in answer.context["cards"] if card.title == "Bound")
    assert f'href="{free.get_url()}"' in answer.text and f'href="{url}"' in answer.text
    assert with_code(client, url).url == bound.get_url()
    assert opens(client, free) and opens(client, bound)


def test_a_password_that_waits_for_a_code_counts_neither_as_right_nor_as_wrong(client, home):
    video = factories.make_video(password="grey-harbour")
    _invitation, secret = create_invitation(video, kind="password", label="Ann", mail_to=ANN)
    type_at_home(client, secret)
    assert not AccessEvent.objects.exists()
