"""`self_test` against a real server: green, red after a leak, and red at an address that is not this site."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tests.delivery.backends.conftest import open_to_everyone
from tests.delivery.servers import gunicorn
from video_pages.access import passwords
from video_pages.core import clock
from video_pages.models import VideoPage
from video_pages.self_test.facts import read_facts
from video_pages.self_test.running import site_roots

pytestmark = pytest.mark.django_db(transaction=True)


def run(capsys, *options):
    """Return (exit code, what the command printed)."""
    try:
        call_command("self_test", *options)
    except SystemExit as ended:
        return ended.code, capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_a_running_site_is_green_and_a_leak_is_red(child_environment, tmp_path, capsys, monkeypatch):
    locked, opened = factories.make_video("Locked"), factories.make_video("Open")
    passwords.set_open(opened, True)
    with gunicorn(child_environment, tmp_path) as server:
        base = f"http://localhost:{server.port}"
        code, out = run(capsys, "--base-url", base, "--json")
        found = json.loads(out)
        assert [row for row in found["rows"] if not row["ok"]] == []
        assert (code, found["ok"], found["videos_tested"], found["red"]) == (0, True, 2, 0)
        assert found["checked"] == len(found["rows"]) > 40
        asked = {row["path"] for row in found["rows"]}
        assert {locked.url, opened.url, f"/stream/{locked.uuid}/source", "/sitemap.xml", "/admin/"} <= asked

        # The leak: somebody has opened the video, and this process still has the rows of before.
        old_facts = read_facts(site_roots(), clock.now())
        monkeypatch.setattr("video_pages.self_test.running.read_facts", lambda roots, now: old_facts)
        open_to_everyone(locked)
        code, out = run(capsys, "--base-url", base, "--red")
        assert code == 1
        assert f"/stream/{locked.uuid}/source" in out
        assert "RED" in out and "green" not in out

        code, out = run(capsys, "--base-url", base, "--json", "--minutes", "0.00001")
        assert "The time was over" in json.loads(out)["sampling"]
    assert VideoPage.objects.get(pk=opened.pk).views == 0
    code, out = run(capsys, "--base-url", base, "--json")
    assert code == 1
    assert len(json.loads(out)["rows"]) == 2


def test_another_address_is_refused(settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    with pytest.raises(CommandError, match="no host of this site"):
        call_command("self_test", "--base-url", "http://169.254.169.254")
