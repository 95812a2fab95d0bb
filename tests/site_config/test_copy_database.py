"""`manage.py copy_database` moves a site to another database and back: every row, and no number is given twice."""

import datetime as dt
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from site_config.database_copy.rows import Digest
from site_config.database_copy.tables import tables
from tests.database import copy_migrated
from video_pages.models import VideoFile

ROOT = Path(__file__).resolve().parents[2]
# Rows of a site: pages with passwords, a file with facts, captions, sessions, statistics, and odd texts in each.
FILL = r"""
import datetime as dt
from django.utils import timezone
from tests import factories
from video_pages.access.invitations import create_invitation
from video_pages.library.subtitles import ParsedCue
from video_pages.models import *
section = factories.make_section("Jury – Größe 🎬", password="section password")
file = factories.make_video_file(title='It\'s \\ " % %s')
VideoFile.objects.filter(pk=file.pk).update(facts={"b": 1e2, "a": [1.5, None, "é", {"z": 1, "y": True}]})
video = factories.make_video("A film", section=section, password="film password", video_file=file)
track = {"kind": "subtitles", "language": "en", "label": "E"}
factories.add_text_track(file, [ParsedCue(0, 900, "Hello\n– you")], **track)
now = timezone.now()
for number in range(7):
    ends = {"created_at": now, "expires_at": now + dt.timedelta(hours=1)}
    VideoAccessSession.objects.create(video=video, session_key=f"k{number}", **ends)
VideoAccessSession.objects.order_by("-pk").first().delete()
create_invitation(section, kind="password", label="Größe 🎬", at_once=2)
link, token = create_invitation(video, kind="link", label="Jury", most_viewers=3, allows_download=True)
viewer = InvitationViewer.objects.create(invitation=link, viewer="v", number=1, opened_at=now, first_played_at=now)
VideoAccessSession.objects.filter(session_key="k0").update(granted_by=link, viewer=viewer)
AccessRequest.objects.create(video=video, name="Zoë", email="z@example.org", created_at=now, invitation=link)
DailyStatistics.objects.create(video=video, day=dt.date(2026, 2, 28), retention=[1] * 100, devices={"tv": 2, "a": 1})
"""
SHOW = """
import json
from wagtail.models import Page
from video_pages.models import *
video = VideoPage.objects.get(title="A film")
sessions = VideoAccessSession.objects.order_by("pk")
print(json.dumps([
    str(video.uuid), video.pk, video.path, video.password_hash, video.get_parent().specific.password_hash,
    video.get_parent().title, video.video_file.facts, str(video.video_file.uuid), video.video_file.title,
    list(sessions.values_list("pk", "session_key", "granted_by", "viewer")), sessions.last().created_at.isoformat(),
    video.check_password("film password"), [cue.text for cue in Cue.objects.all()],
    DailyStatistics.objects.get().devices, list(AccessRequest.objects.values_list("name", "invitation")),
    list(Invitation.objects.order_by("pk").values_list("pk", "label", "password_hash", "token_digest", "at_once")),
    list(InvitationViewer.objects.values_list("pk", "invitation", "viewer", "number")),
    [page.title for page in Page.objects.search("film")],
]))
"""
NEXT_SESSION = """
from video_pages.models import *
first = VideoAccessSession.objects.first()
new = VideoAccessSession.objects.create(
    video=first.video, session_key="next", created_at=first.created_at, expires_at=first.expires_at
)
print(new.pk)
"""


@pytest.fixture(scope="module")
def manage(tmp_path_factory):
    """A function that runs a command of the site on the database at `url`, and returns what it prints."""
    data_dir = tmp_path_factory.mktemp("data")

    def run(url, *command, fails=False):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_"))}
        environment |= {
            "ENV_FILE": "-",
            "DATA_DIR": str(data_dir),
            "SECRET_KEY": secrets.token_urlsafe(60),
            "LOG_LEVEL": "ERROR",
        }
        settings = "test" if command[0] == "shell" else "dev"  # passwords of the test have few rounds
        environment |= {"DJANGO_SETTINGS_MODULE": f"site_config.settings.{settings}", "DATABASE_URL": url}
        environment |= {"TEST_DATABASE_URL": url, "TEST_RUN_DIR": str(data_dir)}
        arguments = [sys.executable, "manage.py", *command]
        done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
        assert bool(done.returncode) == fails, done.stdout[-1000:] + done.stderr[-3000:]
        return done.stderr if fails else done.stdout

    return run


@pytest.fixture
def new_database(tmp_path):
    """A function that makes an SQLite database on which only `migrate` has run; returns its path."""

    def make(name):
        path = tmp_path / f"{name}.sqlite3"
        copy_migrated(path)
        return path

    return make


def url_of(path):
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def filled(manage, tmp_path_factory):
    """(path, shown) of an SQLite database of a site, and what SHOW prints of it. The tests leave it as it is."""
    path = tmp_path_factory.mktemp("filled") / "filled.sqlite3"
    copy_migrated(path)
    printed = manage(url_of(path), "shell", "--no-imports", "-c", FILL + SHOW)
    return path, json.loads(printed)


def test_a_site_moves_to_postgresql_and_back(manage, filled, new_database, postgresql):
    (first, shown), last, between = filled, new_database("last"), postgresql.migrated_url
    assert "A film" in shown[-1]

    said = manage(url_of(first), "copy_database", "--from", url_of(first), "--to", between)
    assert "Both databases give the same digests." in said
    assert json.loads(manage(between, "shell", "--no-imports", "-c", SHOW)) == shown

    manage(url_of(first), "copy_database", "--from", between, "--to", url_of(last))
    there, number = manage(url_of(last), "shell", "--no-imports", "-c", SHOW + NEXT_SESSION).splitlines()
    assert json.loads(there) == shown
    # Number 7 was given and its row deleted, so neither gives it again.
    assert [number, manage(between, "shell", "--no-imports", "-c", NEXT_SESSION).strip()] == ["8", "8"]


@pytest.fixture
def refusal(django_db_blocker):
    """A function that returns why the command refuses to copy, run in this process, which is quicker."""

    def run(source, target):
        with django_db_blocker.unblock(), pytest.raises(CommandError) as refused:
            call_command("copy_database", "--from", source, "--to", target)
        return str(refused.value)

    return run


def test_a_target_in_use_is_refused_and_stays_as_it_is(refusal, filled, new_database):
    source, target = new_database("source"), filled[0]
    before = target.read_bytes()
    assert "The target is not empty: there are rows in" in refusal(url_of(source), url_of(target))
    assert target.read_bytes() == before


def test_a_target_that_is_not_migrated_is_refused_with_the_command_to_run(refusal, new_database, tmp_path):
    source, target = new_database("source"), tmp_path / "target.sqlite3"
    target.touch()
    error = refusal(url_of(source), url_of(target))
    assert "The target has not run" in error
    assert "manage.py migrate" in error


def test_a_row_that_the_target_refuses_leaves_it_empty(manage, filled, tmp_path, postgresql):
    source, target = Path(shutil.copy(filled[0], tmp_path)), postgresql.migrated_url
    with sqlite3.connect(source) as connection:  # SQLite keeps longer texts than the column has room for
        connection.execute("UPDATE video_pages_videofile SET original_filename = ?", ["x" * 300])
    connection.close()
    error = manage(url_of(source), "copy_database", "--from", url_of(source), "--to", target, fails=True)
    assert "The target refuses a row of video_pages_videofile between the numbers 1 and 1: value too long" in error
    count = "from video_pages.models import *; from django.contrib.auth.models import Group; "
    count += "print(VideoPage.objects.count(), Group.objects.filter(name='Site owners').count())"
    assert manage(target, "shell", "--no-imports", "-c", count).split() == ["0", "1"]


@pytest.mark.parametrize("value", ["'abc'", "cast(x'ff' as text)"])
def test_a_row_that_the_source_cannot_give_is_named(refusal, new_database, value):
    source, target = new_database("source"), new_database("target")
    with sqlite3.connect(source) as connection:  # SQLite keeps a text in a column of numbers, and any bytes as text
        connection.execute(f"UPDATE wagtailcore_site SET port = {value}, hostname = {value}")  # noqa: S608
    connection.close()
    error = refusal(url_of(source), url_of(target))
    assert error.startswith("The source holds a row of wagtailcore_site that cannot be read")


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("", "sqlite:////nowhere/b.sqlite3", "--from is empty."),
        ("mysql://a/b", "sqlite:////nowhere/b.sqlite3", "--from: DATABASE_URL begins with 'mysql'"),
        ("sqlite:////nowhere/a.sqlite3", "sqlite:////nowhere/a.sqlite3", "name the same database"),
        ("sqlite:////nowhere/a.sqlite3", "postgres://u:secret@127.0.0.1:1/x", "--from: there is no file /nowhere/a"),
        ("postgres://u:secret@127.0.0.1:1/x", "postgres://u:secret@127.0.0.1:1/y", "The source cannot be reached"),
    ],
)
def test_an_address_that_is_none_is_refused_and_names_the_option(refusal, source, target, message):
    error = refusal(source, target)
    assert message in error
    assert "secret" not in error


class TestDigest:
    """The digest of a row is the same in both databases, and another one for any other row."""

    TABLE = next(table for table in tables() if table.model is VideoFile)

    def digest(self, **values):
        digest = Digest(self.TABLE)
        digest.add([values.get(field.attname) for field in self.TABLE.fields])
        return digest

    def test_forms_of_one_value_are_the_same(self):
        moment = dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
        here = moment.astimezone(ZoneInfo("Europe/Berlin"))
        ours = self.digest(created_at=moment, facts={"a": 1e2, "b": [2.0, "x"]}, title="A")
        assert ours == self.digest(created_at=here, facts={"b": [2, "x"], "a": 100}, title="A")

    @pytest.mark.parametrize(
        "other",
        [
            {"title": "A "},
            {"title": ""},
            {"title": None},
            {"title": "A", "facts": {"a": True}},
            {"original_filename": "A"},
        ],
    )
    def test_another_value_or_column_is_another_digest(self, other):
        assert self.digest(title="A", facts={"a": 1}) != self.digest(**{"facts": {"a": 1}, **other})

    def test_one_row_less_is_another_digest(self):
        assert self.digest(title="A") != Digest(self.TABLE)
