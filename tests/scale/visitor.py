"""A browser without scripts: it keeps cookies, types passwords, and asks nginx or one web server directly."""

import http.client
import json
import re
import ssl
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """An answer: `headers` in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)


class Visitor:
    """One browser. Requests to a web server seem to come from `address`, those to nginx come from 127.0.0.1."""

    def __init__(self, site, address="203.0.113.7"):
        self.site, self.address, self.cookies = site, address, {}

    def ask(self, path, *, method="GET", body=b"", headers=(), at=None):
        """Return the Answer of nginx, or of the web server with the index `at`, whose proxy this browser plays."""
        connection = self._connect(at)
        try:
            connection.request(method, path, body=body, headers={**self._headers(at), **dict(headers)})
            reply = connection.getresponse()
            for line in reply.headers.get_all("Set-Cookie", []):
                for name, cookie in SimpleCookie(line).items():
                    self.cookies[name] = cookie.value
            return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def _connect(self, at):
        if at is not None:
            return http.client.HTTPConnection(urlsplit(self.site.state["web"][at]["url"]).netloc, timeout=SECONDS)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(self.site.host, timeout=SECONDS, context=context)

    def _headers(self, at):
        headers = {"Host": self.site.host, "Referer": self.site.url, "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if at is not None:
            headers |= {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "https"}
        return headers

    def post(self, path, fields, *, at=None):
        """Send a form with its token; the page with the form is asked for first, at the same server."""
        page = self.ask(path, at=at)
        (token, *_more) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text) or [""]
        body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask(path, method="POST", body=body, headers=form, at=at)

    def sign_in(self, *, at=None):
        """Sign in as the superuser."""
        answer = self.post("/admin/login/", {"username": "admin", "password": self.site.admin_password}, at=at)
        assert answer.status == 302, answer
        return self

    def unlock(self, film, password=None, *, at=None):
        """Type the password of `film`; returns the status: 303 for the right one, 403, or 429 when limited."""
        return self.post(film.path, {"password": password or film.password}, at=at).status

    def watch(self, film):
        """Ask nginx for a part of the film's first file, and return the status: 206 or 403."""
        return self.ask(film.source, headers={"Range": "bytes=0-999"}).status
