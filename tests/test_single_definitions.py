"""A question that many modules ask is answered by one function; no module writes the answer out again."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    path
    for name in ("video_pages", "home", "site_config")
    for path in sorted((ROOT / name).rglob("*.py"))
    if "migrations" not in path.parts
]


def modules_with(text):
    """Return the modules that contain `text`, as paths from the root of the project."""
    return [str(path.relative_to(ROOT)) for path in FILES if text in path.read_text(encoding="utf-8").lower()]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("x-requested-with", "video_pages/wagtail_admin/xhr.py"),  # is_xhr
        ('refusal=""', "video_pages/uploads/models.py"),  # ResumableUploadQuerySet.unfinished
        ('"job", none)', "video_pages/transcoding/jobs.py"),  # job_of
        ('"new-password"', "video_pages/access/new_password_field.py"),  # NewPasswordInput
        ("state__in=(state.queued, state.processing)", "video_pages/transcoding/models.py"),  # unfinished jobs
    ],
)
def test_only_one_module_writes_it_out(text, home):
    assert modules_with(text) == [home]


def test_numbers_in_requests_are_parsed_by_whole_numbers():
    """`int()` of a request's text fails on 4,301 digits, and `isdigit()` accepts digits that `int()` refuses."""
    sources = {"request", "POST", "GET", "META", "headers", "query", "meta"}
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "int":
                names = {getattr(inner, "id", getattr(inner, "attr", "")) for inner in ast.walk(node)}
                if names & sources:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []
