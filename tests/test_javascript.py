"""The unit tests of the scripts, run by Node; how pages load scripts; titles that the server and a script compute."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from django.utils import translation

from video_pages.core.humanize import format_size
from video_pages.library import subtitles
from video_pages.uploads import thumbnails
from video_pages.uploads.names import title_from_filename

ROOT = Path(__file__).resolve().parent.parent
TESTS = sorted((ROOT / "tests" / "js").glob("*.test.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SIZES = json.loads((ROOT / "tests" / "js" / "sizes.json").read_text())
TITLES = json.loads((ROOT / "tests" / "js" / "titles.json").read_text())


def test_unit_tests_of_the_scripts(require):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NODE_")}
    command = [require("node"), "--test", *TESTS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    # Node answers 0 as well where it found nothing to run.
    assert int(re.search(r"^\S* ?pass (\d+)$", done.stdout, re.MULTILINE)[1]) > 100, done.stdout


def test_the_upload_screen_takes_the_formats_that_the_server_reads():
    script = (ROOT / "video_pages" / "static" / "video_pages" / "js" / "upload_matching.js").read_text()
    kinds = {kind: set(re.findall(rf'(\w+): "{kind}"', script)) for kind in ("picture", "captions")}
    assert kinds["captions"] == set(re.findall(r"\.(\w+)", subtitles.ACCEPT))
    assert kinds["picture"] - {"jpg"} == set(re.findall(r"image/(\w+)", thumbnails.ACCEPT))


def test_every_script_is_a_module_with_a_name_in_snake_case():
    scripts = [path for app in ("home", "video_pages") for path in (ROOT / app / "static").rglob("*.js")]
    assert len(scripts) > 30
    assert [path.name for path in scripts if not re.fullmatch(r"[a-z0-9_]+\.js", path.name)] == []
    tags = [
        tag for path in TEMPLATES for tag in re.findall(r"<script[^>]*>", path.read_text()) if "video_pages/js" in tag
    ]
    assert tags
    assert [tag for tag in tags if 'type="module"' not in tag] == []
    # Form media: a plain string would be a classic script.
    classic = re.compile(r"(?<!module_script\()[\"']video_pages/js/")
    assert [str(path) for path in (ROOT / "video_pages").rglob("*.py") if classic.search(path.read_text())] == []


@pytest.mark.parametrize("name", TITLES)
def test_server_and_upload_screen_compute_the_same_title(name):
    assert title_from_filename(name) == TITLES[name]


@pytest.mark.parametrize("size_bytes", SIZES)
def test_server_and_upload_screen_write_the_same_size(size_bytes):
    with translation.override("en"):
        assert format_size(int(size_bytes)).replace("\N{NO-BREAK SPACE}", " ") == SIZES[size_bytes]
