"""The token of a link is in no line of the server, no event of an error and no row, whatever is asked for with it."""

import json
import urllib.parse

import pytest
from django.apps import apps

from tests import factories
from tests.delivery.servers import gunicorn
from tests.site_config.missing_tables import mislaid
from video_pages.access.invitations import create_invitation
from video_pages.access.site_settings import AccessSettings
from video_pages.models import Invitation, VideoView

pytestmark = pytest.mark.django_db(transaction=True)


class Guest:
    """A browser that asks a real server and keeps its cookies, step by step."""

    def __init__(self, server, address):
        self.server, self.address, self.cookies = server, address, {}

    def ask(self, path, form=None, **headers):
        """Send a request as a browser on the page of the link does; return the status and the text."""
        connection = self.server.connect()
        body = urllib.parse.urlencode(form) if form is not None else None
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Referer": f"http://127.0.0.1:{self.server.port}{self.address}", **headers}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            headers.setdefault("Origin", f"http://127.0.0.1:{self.server.port}")
        connection.request("POST" if form is not None else "GET", path, body, headers)
        reply = connection.getresponse()
        for name, value in reply.getheaders():
            if name == "Set-Cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return reply.status, reply.read().decode(errors="replace")

    def press(self):
        """Press the button of the link, as its page says."""
        _status, page = self.ask(self.address)
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        return self.ask(self.address, {"csrfmiddlewaretoken": token})[0]


def test_token_is_in_no_line_no_event_and_no_row(sentry, child_environment, tmp_path):
    video = factories.make_video()
    AccessSettings.objects.update_or_create(site=video.get_site(), defaults={"embed_sites": "https://school.example"})
    invitation, token = create_invitation(video, kind="link", label="Jury")
    link, wrong = f"/w/{token}", f"/w/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}"
    settings = {"LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG", "SENTRY_DSN": sentry.dsn}
    with gunicorn({**child_environment, **settings}, tmp_path) as server:
        guest = Guest(server, link)
        assert guest.ask(link, {"csrfmiddlewaretoken": "x" * 32})[0] == 403  # "Forbidden: …"
        for path in (wrong, f"{link}/x", f"/W/{token}", f"/videos/{token}/", f"/w/%20{token}"):
            assert guest.ask(path)[0] in (301, 404), path  # "Not Found: …"
        assert guest.ask(f"/embed/{video.uuid}/?w={token}")[0] == 200
        guest.ask(f"/embed/{video.uuid}/?w={token}", {"password": "x"})
        assert guest.press() == 303
        assert guest.ask(f"/stream/{video.uuid}/source", Range="bytes=0-9")[0] == 206
        report = json.dumps({"ranges": [[0, 1]], "referrer": f"http://127.0.0.1{link}"})
        guest.ask(f"/stream/{video.uuid}/watched", {"x": report})
        with mislaid(Invitation):
            assert guest.ask(link)[0] == 500  # "Internal Server Error: …", with a traceback
            assert guest.ask(f"/embed/{video.uuid}/?w={token}")[0] == 500
        raw = server.connect()
        raw.connect()
        raw.sock.sendall(f"GET {link} HTTP/9 x\r\n\r\n".encode())
        raw.sock.recv(1000)
        assert len(sentry.events(2)) >= 2
    log = (tmp_path / "gunicorn.log").read_text()
    events = b"".join(sentry.raw).decode()
    for sentence in ("Forbidden", "Not Found", "Internal Server Error"):
        assert f"{sentence}" in log
    assert "Internal Server Error: invitation_link" in events
    assert VideoView.objects.get().invitation == invitation
    for place, text in (("log", log), ("events", events), ("rows", every_row())):
        found = [line for line in text.splitlines() if token[4:-1] in line]
        assert not found, (place, found)


def every_row():
    """Return all rows of all tables as text."""
    return "\n".join(str(row) for model in apps.get_models() for row in model._base_manager.values_list())
