"""A real site for real browsers: gunicorn as an operator starts it on the test's own database, and Chromium.

The server is another process. So tests here are marked `django_db(transaction=True, serialized_rollback=True)`:
rows are committed, and what migrations make is put back. They use the directories of the whole run.
"""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from playwright.sync_api import Browser, expect, sync_playwright

from tests import hls_clips, shared_data
from tests.browser.visits import visiting
from tests.conftest import environment_of_children
from tests.engines import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
# How long a page may take to come to what a test expects: on a busy machine a player needs more than Playwright's 5 s.
expect.set_options(timeout=30_000)
# The Chromium of this process, while it runs.
RUNNING: list[Browser] = []

own_media_roots = shared_data.media_of_run


@pytest.fixture(scope="package")
def chromium(require, django_db_setup):
    """A running Chromium.

    Playwright keeps an event loop in this thread, though tests call it step by step. Django takes that for
    asynchronous code: it would refuse every query, and open connections of its own beside the test's.
    """
    if RUNNING:  # a test whose set-up failed is tried again, and asks for a second one in the same event loop
        yield RUNNING[0]
        return
    path = require("chromium")
    own_connections = connections.all()
    with pytest.MonkeyPatch.context() as monkeypatch, sync_playwright() as playwright:
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        for connection in own_connections:
            connections[connection.alias] = connection
        # Machines that run tests have no graphics card. Chromium died once in a busy run; its graphics process, whose
        # failing ends the browser, is the suspect and not needed here.
        # One process draws all pages of a site: each further one takes a tenth of a second of the processor to start.
        arguments = ["--no-sandbox", "--disable-gpu", "--renderer-process-limit=1", "--process-per-site"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        RUNNING.append(browser)
        yield browser
        RUNNING.clear()
        browser.close()


@pytest.fixture(scope="package")
def server(django_db_setup, bundled, tmp_path_factory):
    """The address of a running site, without a slash at its end; one server for all tests of browsers.

    Starting it takes longer than most tests. Rows and caches are emptied between tests, as they are for test clients.
    """
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "gunicorn.log"
    environment = {**environment_of_children(), "PORT": str(port), "WEB_WORKERS": "1", "WEB_THREADS": "32"}
    # The site sends mail: tests let a worker of their own process send it. Nobody answers at this address.
    environment["EMAIL_URL"] = "smtp://127.0.0.1:9"
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "site_config.wsgi"]
    with open(log, "wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _wait_for(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def site(server, transactional_db):
    """The address of a running site on the test's own rows."""
    return server


@pytest.fixture
def film(transactional_db):
    """A video with a password and a whole package of twelve seconds."""
    return hls_clips.make_packaged_video()


@pytest.fixture
def visit(chromium, site):
    """A function: `visit("/path/", device="phone", **options)` opens a page in a browser of its own.

    `user` is signed in; `has_clock` lets the test move the clock of the page (`tests.browser.player.check_access`);
    `options` are those of Playwright's `new_context`. The page is returned, with what the browser
    complains of in `page.complaints`: console errors, uncaught exceptions, violations of the content security policy.
    """
    with visiting(chromium, site) as open_page:
        yield open_page


@pytest.fixture
def editor(visit):
    """A function: `editor("/admin/path/")` opens a page of the admin, signed in as the superuser "admin"."""

    def open_page(path, **options):
        return visit(path, user=get_user_model().objects.get(username="admin"), **options)

    return open_page


def _wait_for(port, server, log):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"gunicorn did not start:\n{log.read_text()}")
