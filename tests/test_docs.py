"""Things that the documents name exist: the tests of promises, the files that pages link to."""

import collections
import json
import re
import tomllib
from pathlib import Path

import pytest

from site_config.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = ROOT / "docs" / "decisions"
HOMES = ("video_pages", "home", "video_pages/wagtail_admin")
CODE = ("video_pages", "home", "site_config", "deploy", "bench", "tests")
NAMES_OF_FILES = {"manage.py", *(path.name for room in CODE for path in (ROOT / room).rglob("*.*"))}


def test_every_promise_names_tests_that_exist():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text()))
    there = {
        name for path in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    assert len(named) > 40
    assert named <= there, sorted(named - there)


def test_every_line_of_a_promise_table_names_a_test():
    rows = [
        line
        for line in (ROOT / "docs" / "security.md").read_text().splitlines()
        if line.startswith("| ") and not line.startswith("| promise")
    ]
    assert rows and all("`test_" in row for row in rows)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_that_documents_name_are_there(document):
    text = document.read_text()
    for name in re.findall(r"`((?:tests|docs|bench|deploy|site_config|video_pages|home)/[\w/.-]+)`", text):
        assert (ROOT / name).exists() or (ROOT / name.rstrip("/")).exists(), name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_modules_and_scripts_that_documents_name_are_there(document):
    """With a folder as below the root, an app, or the admin's screens; without one, anywhere."""
    named = re.findall(r"`((?:\w+/)*\w+\.(?:py|js|css))`", document.read_text())
    missing = [
        name
        for name in named
        if not any((ROOT / place / name).exists() for place in ("", *HOMES))
        and ("/" in name or name not in NAMES_OF_FILES)
    ]
    assert document.name == "CHANGELOG.md" or not missing, missing


def test_the_architecture_names_each_package_in_its_table_and_in_the_order_of_imports():
    text = (ROOT / "docs" / "architecture.md").read_text()
    there = {path.parent.name for path in (ROOT / "video_pages").glob("*/__init__.py")} - {"migrations"}
    lines = [line for line in text.splitlines() if re.match(r"\| `\w+/`", line)]
    assert {name for line in lines for name in re.findall(r"`(\w+)/`", line.split("|")[1])} == there
    order = text.partition("Imports point one way, in this order:")[2].partition("The tuple `LAYERS`")[0]
    assert there <= set(re.findall(r"`(\w+)`", order)), there - set(re.findall(r"`(\w+)`", order))


def test_every_decision_is_listed_in_order_and_short():
    records = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
    listed = re.findall(r"^- \[.*\]\((.+)\)$", (DECISIONS / "README.md").read_text(), re.MULTILINE)
    assert listed == [path.name for path in records]
    for number, path in enumerate(records, 1):
        lines = path.read_text().splitlines()
        assert lines[0].startswith(f"# {number:04d} ") and path.name.startswith(f"{number:04d}-")
        assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
        assert len(lines) <= 25, path.name


def test_every_file_names_the_newest_release_of_the_changelog():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    releases = re.findall(r"^## (\d+\.\d+\.\d+) – \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert releases[0] == version == VERSION == json.loads((ROOT / "package.json").read_text())["version"]


def test_no_line_of_the_changelog_stands_twice():
    """Two branches that add lines in one place are easily merged to two copies."""
    lines = [line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if len(line) > 20]
    assert [line for line, number in collections.Counter(lines).items() if number > 1] == []
