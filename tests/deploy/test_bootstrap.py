"""The first stage: what is installed, when it is skipped, and how failures read."""

import ast
import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy import bootstrap
from deploy.problems import Problem

PARTS_FOR_ANY_PYTHON = [
    "__init__.py",
    "bootstrap.py",
    "browser_packages.py",
    "bundles.py",
    "catalogues.py",
    "problems.py",
]


@pytest.fixture
def requirements(tmp_path):
    (tmp_path / "more.in").write_text("b\n")
    (tmp_path / "more.txt").write_text("b==2\n")
    (tmp_path / "requirements.in").write_text("-r more.in\na\n")
    path = tmp_path / "requirements.txt"
    path.write_text("b==2\na==1\n")
    return path


@pytest.fixture
def venv(tmp_path):
    """A directory that looks like a virtual environment."""
    python = bootstrap.venv_python(tmp_path / "venv")
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return tmp_path / "venv"


def stamp(requirements, venv):
    bootstrap.stamp_path(requirements, venv).write_text(bootstrap.digest(requirements))


def test_second_start_skips_the_installation(requirements, venv):
    assert not bootstrap.is_installed(requirements, venv)
    stamp(requirements, venv)
    assert bootstrap.is_installed(requirements, venv)
    bootstrap.set_up(requirements, venv, free_bytes=0)


@pytest.mark.parametrize("name", ["requirements.txt", "more.txt"])
def test_changed_requirements_are_installed_again(requirements, venv, name):
    stamp(requirements, venv)
    (requirements.parent / name).write_text("a==2\n")
    assert not bootstrap.is_installed(requirements, venv)


def test_full_disk_is_met_before_anything_is_made(requirements, tmp_path):
    with pytest.raises(Problem, match="MiB are needed"):
        bootstrap.set_up(requirements, tmp_path / "venv", free_bytes=1)
    assert not (tmp_path / "venv").exists()


def test_no_network_is_one_sentence_and_leaves_no_stamp(tmp_path, monkeypatch):
    """The real pip, asking a port where nothing listens."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    wanted = tmp_path / "requirements.txt"
    wanted.with_suffix(".in").write_text("a-package-that-nobody-has\n")
    wanted.write_text(f"a-package-that-nobody-has==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(Problem) as caught:
        bootstrap.install(wanted, Path(sys.prefix))
    assert str(caught.value) == (
        "The packages could not be downloaded: connect this machine to the internet and start again."
    )
    assert not bootstrap.is_installed(wanted, Path(sys.prefix))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a-package @ {wheel}\n", "could not be installed: ERROR: "),
        ("a-package @ {wheel} --hash=sha256:" + "0" * 64 + "\n", "is not the one whose digest the requirements name"),
    ],
)
def test_package_without_its_digest_or_with_another_one_is_not_installed(tmp_path, line, words):
    """The real pip and a real, though empty, wheel, which it would install otherwise."""
    wheel = tmp_path / "a_package-1.0-py3-none-any.whl"
    about = "a_package-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: a-package\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    wanted = tmp_path / "requirements.txt"
    wanted.with_suffix(".in").write_text("a-package\n")
    wanted.write_text(line.format(wheel=wheel.as_uri()))
    with pytest.raises(Problem) as caught:
        bootstrap.install(wanted, Path(sys.prefix))
    assert words in str(caught.value)
    assert not bootstrap.is_installed(wanted, Path(sys.prefix))
    assert importlib.util.find_spec("a_package") is None


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "is full"),
        ("WARNING: Retrying after connection broken by 'NameResolutionError(...)'", "internet"),
        ("ERROR: No matching distribution found for a==1\n", "No matching distribution found for a==1"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n    a==1", "not the one whose"),
        ("", "no reason was given"),
    ],
)
def test_failures_of_pip_become_sentences(output, words):
    assert words in bootstrap.explain_pip(output)


def test_broken_environment_is_made_anew(tmp_path):
    """The real venv: a dangling Python, as an upgrade of the system leaves it, is replaced."""
    python = bootstrap.venv_python(tmp_path / "venv")
    python.parent.mkdir(parents=True)
    python.symlink_to(tmp_path / "gone")
    bootstrap.make_venv(tmp_path / "venv")
    done = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True)
    assert done.stdout.startswith("pip ")


@pytest.mark.parametrize("name", PARTS_FOR_ANY_PYTHON)
def test_first_stage_can_be_read_by_an_old_python(name):
    """Otherwise an old Python would answer with a syntax error instead of the sentence."""
    text = (bootstrap.ROOT / "deploy" / name).read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 6))


def test_first_stage_imports_nothing_but_the_standard_library():
    for name in PARTS_FOR_ANY_PYTHON:
        tree = ast.parse((bootstrap.ROOT / "deploy" / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for imported in names:
                assert imported.split(".")[0] in sys.stdlib_module_names | {"deploy"}, imported
