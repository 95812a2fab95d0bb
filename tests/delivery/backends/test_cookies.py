"""One browser's verdict never serves another one, however a Cookie header is written.

nginx keeps a verdict by the session that it reads in the cookies. If the application read another session in the same
header, a browser could have its own right kept under the session of somebody else, or under none.
"""

import pytest
from django.contrib.auth import get_user_model

from tests import factories
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.backends.conftest import cookie_of, deciding, open_to_everyone

pytestmark = pytest.mark.django_db(transaction=True)

# {a} is the session of the browser that may watch, {b} of one that may not. Each entry is the list of Cookie headers.
SPELLINGS = [
    ["sessionid={a}"],
    ["x=1; sessionid={a}"],
    ["sessionid={a}; x=1"],
    ["sessionid={a};"],
    ["sessionid={a}; sessionid={b}"],
    ["sessionid={b}; sessionid={a}"],
    ["sessionid={b};sessionid={a}"],
    ["sessionid={b};\tsessionid={a}"],
    ["sessionid={b}, sessionid={a}"],
    ["sessionid={a}, sessionid={b}"],
    ['sessionid="{a}"'],
    ['sessionid="{b}"; sessionid={a}'],
    ['sessionid={b}; sessionid="{a}"'],
    ["sessionid= {a}"],
    ["sessionid ={a}"],
    [" sessionid={a}"],
    ["\tsessionid={a}"],
    ["sessionid={b}; sessionid ={a}"],
    ["sessionid={b}; \xa0sessionid={a}"],
    ["sessionid={b}; \xa0sessionid\xa0=\xa0{a}"],
    ["\xa0sessionid={a}"],
    ["sessionid={b}; =sessionid={a}"],
    ["sessionid={b}; $Path=/; sessionid={a}"],
    ["SessionID={a}"],
    ["SESSIONID={b}; sessionid={a}"],
    ["sessionid={b}; SESSIONID={a}"],
    ["xsessionid={a}"],
    ["x=sessionid={a}"],
    ["x=1,sessionid={a}"],
    ["x=1 sessionid={a}"],
    ["sessionid={a}x"],
    ["sessionid={a} x"],
    ["sessionid={a}%20"],
    ["sessionid={a}\\054"],
    ["sessionid={a}/../{b}"],
    ["sessionid={b}&sessionid={a}"],
    ["known_browser=x; sessionid={a}"],
    ["known_browser=sessionid={b}; sessionid={a}"],
    ["x={b}; sessionid={a}"],
    ["x=" + "y" * 3000 + "; sessionid={a}"],
    ["sessionid={b}", "sessionid={a}"],
    ["sessionid={a}", "sessionid={b}"],
    ["x=1", "sessionid={a}"],
    ["sessionid={a}", "x=1"],
    ["sessionid={b}; x", "=1; sessionid={a}"],
    ["", "sessionid={a}"],
]
# Two headers are one list with "; " for nginx, as HTTP/2 has them; gunicorn joins them with a comma.
JOINED = [spelling for spelling in SPELLINGS if len(spelling) > 1]


@pytest.fixture
def stranger():
    """The session of a browser that has unlocked another video only."""
    return unlocked(factories.make_video()).cookies["sessionid"].value


@deciding
def test_no_spelling_gives_the_right_of_one_session_to_another(backend, film, stranger):
    """Each spelling is sent first, so that nginx may keep its verdict; then all others ask for the same file."""
    for spelling in SPELLINGS:
        # A session of its own for each, so that no earlier verdict hides what this one left.
        session = unlocked(film).cookies["sessionid"].value
        headers = [("Cookie", line.format(a=session, b=stranger)) for line in spelling]
        first = [backend.ask(source_url(film), headers=headers).status for _twice in range(2)]
        assert first[0] == first[1], spelling
        for sent in (None, "", f"sessionid={stranger}", "sessionid=", f"x={session}", f"sessionid={'0' * 32}"):
            assert backend.ask(source_url(film), cookie=sent).status == 403, (spelling, sent)


@deciding
def test_a_spelling_is_allowed_only_if_the_application_reads_the_session_in_it(backend, reference, film, stranger):
    session = unlocked(film).cookies["sessionid"].value
    for spelling in SPELLINGS:
        headers = [("Cookie", line.format(a=session, b=stranger)) for line in spelling]
        if spelling not in JOINED:
            ours, expected = (server.ask(source_url(film), headers=headers) for server in (backend, reference))
            assert ours.status == expected.status, spelling


@deciding
def test_a_session_that_is_part_of_a_key_opens_nothing(backend, film, cookie):
    assert backend.ask(source_url(film), cookie=cookie).status == 200
    session = cookie.partition("=")[2]
    for planted in (session[:-1], session + "0", f"{session} ", session.upper(), f"{session} {film.uuid}", "*", "%"):
        spelled = "sessionid=" + planted.rstrip() if planted.rstrip() != session else "sessionid=" + session[::-1]
        assert backend.ask(source_url(film), cookie=spelled).status == 403, planted


@deciding
def test_the_verdict_of_an_editor_is_not_kept(backend, film):
    editor = factories.browser(factories.make_superuser())
    assert backend.ask(source_url(film), cookie=cookie_of(editor)).status == 200
    get_user_model().objects.update(is_superuser=False)
    assert backend.ask(source_url(film), cookie=cookie_of(editor)).status == 403


@deciding
def test_an_open_video_needs_no_cookie_and_opens_no_other(backend, film):
    video = factories.make_video(password=None)
    open_to_everyone(video)
    for sent in (None, "x=1", f"sessionid={'a' * 32}"):
        assert backend.ask(source_url(video), cookie=sent).status == 200, sent
        assert backend.ask(source_url(film), cookie=sent).status == 403, sent


def test_nginx_keeps_the_verdict_on_an_open_video_without_a_session(run_backend):
    backend = run_backend("nginx")
    videos = {sent: factories.make_video(password=None) for sent in (None, "", "x=1", "csrftoken=x; known_browser=y")}
    open_to_everyone(*videos.values())
    for sent, video in videos.items():
        served = backend.ask(source_url(video), cookie=sent)
        assert (served.status, served.header("Set-Cookie")) == (200, None), sent
        kept = [path.read_bytes() for path in (backend.nginx.folder / "verdicts").iterdir()]
        assert any(f"KEY: view {video.uuid}  ".encode() in content for content in kept), sent
