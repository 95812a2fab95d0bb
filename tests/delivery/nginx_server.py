"""A real nginx with `deploy/nginx/screening-room.conf`: the lines to edit are filled in, the others are as they are."""

import contextlib
import getpass
import grp
import os
import pwd
import resource
import socket
import subprocess
import time
from pathlib import Path

from django.conf import settings

from deploy.scale.nginx import AUTHORITIES, CONFIGURATION, EDIT, bucket_edits, rendered
from tests.engines import free_port

__all__ = [
    "CDN",
    "CONFIGURATION",
    "EDIT",
    "Nginx",
    "SECRET",
    "bare_nginx",
    "edits_for",
    "https_in_front_of",
    "nginx",
    "rendered",
    "self_signed",
]

CDN = CONFIGURATION.with_name("cdn.conf")
SECRET = "a secret of the tests, which nginx and the site share"
CONNECTIONS = 4096  # of each process
# As root, nginx would read the files as another user, who may not.
MAIN = """
user {user};
daemon off;
worker_processes {workers};
pcre_jit on;
worker_rlimit_nofile {files};
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections {connections}; }}
http {{
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy_temp;
    fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4;
    scgi_temp_path {folder}/t5;
    {http}
}}
"""


class Nginx:
    """A running nginx: `port` is that of HTTPS (or of HTTP, if it runs without TLS), `plain_port` that of HTTP."""

    def __init__(self, port, plain_port, folder, pid):
        self.port, self.plain_port, self.folder, self.pid = port, plain_port, folder, pid

    def log_that_has(self, text):
        """Return the access log as soon as it has `text`; nginx writes a line after it has sent an answer."""
        for _attempt in range(100):
            log = (self.folder / "access.log").read_text()
            if text in log:
                return log
            time.sleep(0.05)
        raise AssertionError(log)


def self_signed(folder, name="localhost"):
    """Make a certificate for the host `name` and 127.0.0.1 in `folder`; returns (certificate, key)."""
    certificate, key = folder / "tls.pem", folder / "tls.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


def edits_for(folder, upstream, port, plain_port, *, engine, secret=SECRET, tls=True, bucket="", trusted=AUTHORITIES):
    """Return the edits of `rendered` for a site with the settings of this process on the port `upstream`.

    `bucket` is the address of an S3 server with the library, or ""; `trusted` has the authorities for one with HTTPS.
    """
    certificate, key = self_signed(folder) if tls else (None, None)
    cache = "keys_zone=screening_room:16m max_size=256m inactive=10s use_temp_path=off"
    return {
        "upstream": f"server 127.0.0.1:{upstream};",
        "engine": f"default {engine};",
        "secret": f'default "{secret}";',
        "verdicts": f"proxy_cache_path {folder}/verdicts {cache};",
        "name": "server_name localhost;",
        "http": f"listen 127.0.0.1:{plain_port};",
        "http6": "",
        "https": f"listen 127.0.0.1:{port}{' ssl http2' if tls else ''};",
        "https6": "",
        "certificate": f"ssl_certificate {certificate};" if tls else "",
        "key": f"ssl_certificate_key {key};" if tls else "",
        "log": f"access_log {folder}/access.log screening_room buffer=64k flush=1s;",
        "errors": f"error_log {folder}/errors.log info;",
        "link_errors": f"error_log {folder}/errors.log crit;",
        "upload": "client_max_body_size 11g;",
        "static": f"alias {settings.STATIC_ROOT}/;",
        "media": f"alias {settings.MEDIA_ROOT}/;",
        "library": f"root {settings.PROTECTED_ROOT};",
        "files": f"alias {settings.PROTECTED_ROOT}/;",
        **bucket_edits(
            {"LIBRARY_STORAGE": "s3" if bucket else "files", "S3_ENDPOINT_URL": bucket},
            f"{folder}/slices",
            f"{folder}/errors.log",
            trusted=trusted,
        ),
    }


def user_without_rights():
    """Return the `user` for an nginx that file modes bind: the one of the tests, unless root runs them."""
    if os.getuid():
        return None
    nobody = pwd.getpwnam("nobody")
    return f"nobody {grp.getgrgid(nobody.pw_gid).gr_name}"


@contextlib.contextmanager
def bare_nginx(program, folder, root, *, workers=1):
    """Run an nginx without the site's configuration, which serves the files below `root`; yields an Nginx."""
    port = free_port()
    # Without tcp_nopush, as the site: with it, the end of each short range comes 40 ms later on Linux 6.18.
    server = "sendfile on; access_log off; keepalive_requests 1000000;"
    server += f" server {{ listen 127.0.0.1:{port}; root {root}; default_type video/mp4; }}"
    with _running(program, folder, server, workers, port) as pid:
        yield Nginx(port, port, folder, pid)


@contextlib.contextmanager
def https_in_front_of(program, folder, upstream, certificate, key):
    """Run an nginx that gives the server on the port `upstream` HTTPS; yields its port."""
    port = free_port()
    server = f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};"
    server += f" location / {{ proxy_pass http://127.0.0.1:{upstream}; proxy_set_header Host $http_host; }} }}"
    with _running(program, folder, server, 1, port):
        yield port


@contextlib.contextmanager
def nginx(program, folder, upstream, *, engine="nginx", workers=1, user=None, connections=CONNECTIONS, **options):
    """Run nginx in `folder` in front of the port `upstream` while the block lasts; yields an Nginx.

    `user` is that of its processes, if not the one of the tests; `options` are those of `edits_for`.
    """
    port, plain_port = free_port(), free_port()
    edits = edits_for(folder, upstream, port, plain_port, engine=engine, **options)
    (folder / "screening-room.conf").write_text(rendered(edits))
    included = f"include {folder}/screening-room.conf;"
    with _running(program, folder, included, workers, port, user, connections) as pid:
        yield Nginx(port, plain_port, folder, pid)


@contextlib.contextmanager
def cdn(program, folder, upstream, port, *, trusted=None):
    """Run nginx with `deploy/nginx/cdn.conf` on `port`, without TLS, for the site on the port `upstream`.

    With `trusted`, the site has HTTPS and the name localhost, and its certificate must be in this file.
    """
    edits = {
        "upstream": f"server 127.0.0.1:{upstream};",
        "cache": f"proxy_cache_path {folder}/cache keys_zone=screening_room_cdn:4m use_temp_path=off;",
        "https": f"listen 127.0.0.1:{port};",
        "name": "server_name localhost;",
        "certificate": "",
        "key": "",
        "host": f"proxy_set_header Host 127.0.0.1:{upstream};",
        "tls": "proxy_ssl_name localhost;",
        "trusted": f"proxy_ssl_trusted_certificate {trusted or self_signed(folder)[0]};",
        "origin": f"proxy_pass http{'s' if trusted else ''}://screening_room_origin$file_path;",
    }
    (folder / "cdn.conf").write_text(rendered(edits, CDN))
    with _running(program, folder, f"include {folder}/cdn.conf;", 1, port) as pid:
        yield Nginx(port, port, folder, pid)


@contextlib.contextmanager
def _running(program, folder, http, workers, port, user=None, connections=CONNECTIONS):
    """Run nginx with the lines `http` of its http block until the block ends; yields its process id."""
    main = folder / "nginx.conf"
    _soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = 2 * connections if most == resource.RLIM_INFINITY else min(2 * connections, most)
    limits = {"connections": connections, "files": files}
    user = user or getpass.getuser()
    main.write_text(MAIN.format(user=user, folder=folder, workers=workers, http=http, **limits))
    command = [program, "-p", str(folder), "-c", str(main), "-e", str(folder / "error.log")]
    with open(folder / "nginx.out", "w") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, process, folder)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(port, process, folder):
    for _attempt in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, (folder / "nginx.out").read_text()
            time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def written(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]
