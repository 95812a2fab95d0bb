"""A sandboxed child that is not started again leaves the same output as the first time; other tests rely on it."""

import sys

import pytest

from tests import repeated_children
from video_pages.transcoding import sandbox
from video_pages.transcoding.workspace import workspace

LIMITS = sandbox.Limits(wall_seconds=30, cpu_seconds=10, memory_bytes=2**30)
CODE = "import sys; open('made', 'w').write(open('../in/source').read().upper()); print('done')"


@pytest.fixture
def started(monkeypatch, tmp_path):
    """The commands of the children that were started, with an empty store of results."""
    commands, real = [], repeated_children._run
    monkeypatch.setattr(repeated_children, "store", lambda: tmp_path)

    def start(command, **options):
        commands.append(command)
        return real(command, **options)

    monkeypatch.setattr(repeated_children, "_run", start)
    return commands


def run(tmp_path, content="a film", code=CODE):
    source = tmp_path / "source"
    source.write_text(content)
    with workspace(source) as space:
        outcome = repeated_children.run([sys.executable, "-I", "-c", code], space=space, limits=LIMITS)
        made = space.out / "made"
        return outcome, (made.read_text(), made.stat().st_mode) if made.exists() else None


def test_the_same_child_is_started_once_and_leaves_the_same_twice(started, tmp_path):
    first, second = run(tmp_path), run(tmp_path)
    assert first == second and first[0].stdout == b"done\n" and first[1][0] == "A FILM"
    assert len(started) == 1


def test_a_child_with_another_input_or_command_is_started(started, tmp_path):
    assert run(tmp_path)[1][0] == "A FILM"
    assert run(tmp_path, content="another")[1][0] == "ANOTHER"
    run(tmp_path, code=CODE + " ")
    assert len(started) == 3


def test_a_child_that_failed_is_started_again(started, tmp_path):
    for _ in range(2):
        assert run(tmp_path, code="raise SystemExit(3)")[0].returncode == 3
    assert len(started) == 2
