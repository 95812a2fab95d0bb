"""A tus client that talks to a real server byte by byte, so that a line can be cut in the middle."""

import http.client
import socket

from django.contrib.auth import SESSION_KEY, get_user_model
from django.test import Client

from tests.uploads.resumable import BYTES, VERSION, metadata

TOKEN = "t" * 32


def cookies_of(user):
    """The Cookie header of a browser in which `user` is signed in."""
    client = Client()
    client.force_login(user)
    assert SESSION_KEY in client.session and get_user_model()
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"


class Line:
    """One editor's requests to the server on `port`."""

    def __init__(self, port, cookies):
        self.port = port
        self.headers = {**VERSION, "Cookie": cookies, "X-CSRFToken": TOKEN, "X-Requested-With": "XMLHttpRequest"}

    def ask(self, method, path, body=b"", **headers):
        """Return (status, headers in lower case, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        given = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers={**self.headers, **given})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def create(self, size, filename="film.mp4"):
        said = {"Upload_Length": size, "Upload_Metadata": metadata(filename=filename)}
        status, headers, body = self.ask("POST", "/admin/uploads/tus/", **said)
        assert status == 201, body
        return headers["location"]

    def offset(self, address):
        status, headers, _body = self.ask("HEAD", address)
        assert status == 200
        return int(headers["upload-offset"])

    def patch(self, address, content, offset, **more):
        return self.ask("PATCH", address, content, Content_Type=BYTES, Upload_Offset=offset, **more)

    def begin(self, address, length, offset, **more):
        """Send the head of a PATCH of `length` bytes and return the open socket."""
        given = {name.replace("_", "-"): str(value) for name, value in more.items()}
        head = {
            "Host": "localhost",
            "Content-Type": BYTES,
            "Content-Length": length,
            "Upload-Offset": offset,
            **self.headers,
            **given,
        }
        line = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        text = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        line.sendall(f"PATCH {address} HTTP/1.1\r\n{text}\r\n".encode())
        return line
