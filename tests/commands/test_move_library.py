"""`move_library` there and back, on two S3 servers: equal bytes, resumed after a kill, while files come and go."""

import hashlib
import io
import os
import subprocess
import sys

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from tests.s3_servers import one_server
from video_pages.library import copying, identity, local_files
from video_pages.library.storage import storage_of
from video_pages.models import VideoFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(s3_site, settings):
    """A site whose library is in files, and {name: bytes} of it; the bucket is empty."""
    settings.LIBRARY_STORAGE = "files"
    VideoFile._meta.get_field("file").storage = storage_of("files")
    content = {f"{number:02x}/{'ab' * 16}/v1/source.mp4": os.urandom(1000 + number) for number in range(5)}
    content["00/" + "ab" * 16 + "/0123456789ab/film.mp4"] = os.urandom(3_000_000)
    for name, text in content.items():
        storage_of("files").save(name, ContentFile(text))
    identity.establish()
    (settings.PROTECTED_ROOT / "work" / "w-1").mkdir(parents=True)
    (settings.PROTECTED_ROOT / "work" / "w-1" / "source").write_bytes(b"a child's")
    (settings.FILE_UPLOAD_TEMP_DIR / "resumable-1.part").write_bytes(b"half an upload")
    return content


def move(to, *arguments, **options):
    out = io.StringIO()
    call_command("move_library", "--to", to, *arguments, stdout=out, **options)
    return out.getvalue()


def digests(kind):
    found = {}
    for entry in copying.walk(kind):
        with storage_of(kind).open(entry.name) as file:
            found[entry.name] = hashlib.sha256(file.read()).hexdigest()
    return found


def test_there_and_back_with_equal_digests(library, settings):
    output = move("s3")
    assert output.startswith(f"{len(library) + 1} files copied") and "equal digests" in output
    assert "set LIBRARY_STORAGE=s3" in output
    before = digests("files")
    assert digests("s3") == before
    assert {name: hashlib.sha256(text).hexdigest() for name, text in library.items()}.items() <= before.items()

    settings.LIBRARY_STORAGE = "s3"
    assert identity.state() == identity.LibraryState.OURS
    with pytest.raises(CommandError, match="already"):
        move("s3")
    settings.PROTECTED_ROOT = settings.PROTECTED_ROOT.parent / "another"
    settings.PROTECTED_ROOT.mkdir()
    assert "set LIBRARY_STORAGE=files" in move("files")
    assert digests("files") == before


def test_only_what_is_missing_or_new_is_copied_again(library):
    move("s3")
    name = next(iter(library))
    storage_of("s3").remove_now(name)
    local_files.write(list(library)[1], io.BytesIO(b"another poster"))
    output = move("s3")
    assert output.startswith("2 files copied")
    assert digests("s3") == digests("files")


@one_server
def test_a_copy_that_differs_is_found_by_its_digest_and_mended(library):
    move("s3")
    name = next(iter(library))
    storage_of("s3").remove_now(name)
    storage_of("s3").save(name, ContentFile(bytes(len(library[name]))))
    output = move("s3", verbosity=2)
    assert f"different {name}" in output
    assert digests("s3") == digests("files")


@one_server
def test_files_that_go_while_they_are_copied_are_no_fault(library, monkeypatch):
    real = copying._copy
    gone = list(library)[3]

    def remove_first(name, source, target):
        if name == gone:
            storage_of("files").remove_now(name)
        return real(name, source, target)

    monkeypatch.setattr(copying, "_copy", remove_first)
    assert "equal digests" in move("s3")
    assert gone not in digests("s3")


@one_server
def test_the_library_of_another_site_is_not_mixed_with_this_one(library):
    storage_of("s3").save(identity.NAME, ContentFile(b"0b1f9a62-0000-4000-8000-000000000000\n"))
    with pytest.raises(CommandError, match="another database"):
        move("s3")


@one_server
def test_an_unfinished_move_says_how_to_go_on(library, settings, monkeypatch):
    from video_pages.library.storage import StorageAway

    monkeypatch.setattr(copying, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(copying, "_copy", lambda *a: (_ for _ in ()).throw(StorageAway("The bucket is away.")))
    with pytest.raises(CommandError, match="goes on where it stopped"):
        move("s3")


@pytest.mark.django_db(transaction=True)
def test_a_move_that_is_killed_goes_on(library, settings, child_environment, s3_server, tmp_path):
    """Killed after its first line; the second run copies the rest, and both are equal."""
    root = tmp_path / "data"
    (root / "main" / "media").mkdir(parents=True)
    os.rename(settings.PROTECTED_ROOT, root / "main" / "media" / "protected")
    settings.PROTECTED_ROOT = root / "main" / "media" / "protected"
    settings.FILE_UPLOAD_TEMP_DIR = settings.PROTECTED_ROOT / "tmp"
    site = {name: getattr(settings, name) for name in ("S3_BUCKET", "S3_ENDPOINT_URL", "S3_PREFIX")}
    key = {"S3_ACCESS_KEY_ID": s3_server.key_id, "S3_SECRET_ACCESS_KEY": s3_server.secret}
    environment = {**child_environment, **site, **key, "TEST_RUN_DIR": str(root), "PYTHONUNBUFFERED": "1"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, settings.BASE_DIR / "manage.py", "move_library", "--to", "s3", "-v", "2"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as first:
        first.stdout.readline()
        first.kill()
    half = len(digests("s3"))
    assert 1 <= half <= len(library)
    output = move("s3")
    assert f"{len(library) + 1 - half} files copied" in output and f"{half} were there already" in output
    assert digests("s3") == digests("files")
