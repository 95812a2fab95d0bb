"""The scripts: what they reckon is tried by Node, and what the server reckons as well agrees with it."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from video_pages.uploads.names import title_from_filename

ROOT = Path(__file__).resolve().parent.parent
TESTS = sorted((ROOT / "tests" / "js").glob("*.test.js"))
TITLES = json.loads((ROOT / "tests" / "js" / "titles.json").read_text())


def test_all_that_the_scripts_reckon(require):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NODE_")}
    command = [require("node"), "--test", *TESTS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    # Node answers 0 as well where it found nothing to run.
    assert int(re.search(r"^\S* ?pass (\d+)$", done.stdout, re.MULTILINE)[1]) > 65, done.stdout


@pytest.mark.parametrize("name", TITLES)
def test_title_of_a_file_is_the_one_that_the_upload_screen_shows(name):
    assert title_from_filename(name) == TITLES[name]
