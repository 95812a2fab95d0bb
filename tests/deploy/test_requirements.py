"""The locked requirements: whole for every system and Python that is supported, and free of hosts and local paths."""

import functools
import importlib.metadata
import re
import tomllib

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import update
from deploy.bootstrap import ROOT
from deploy.problems import MINIMUM_PYTHON

PYTHONS = ["3.11.0", "3.11.14", "3.12.12", "3.13.9", "3.14.0"]
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
}


@functools.cache
def entries(name):
    """Return the requirements of the locked file `name` and the number of digests of each, by canonical name."""
    text = (ROOT / f"{name}.txt").read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    found = {}
    for line in lines:
        wanted = Requirement(line.partition(" --hash")[0].strip())
        found[canonicalize_name(wanted.name)] = (wanted, line.count(" --hash=sha256:"))
    return found


@functools.cache
def needed_by(name):
    """Return the requirements of the installed package `name` in all environments."""
    return [Requirement(text) for text in importlib.metadata.requires(name) or []]


def installed_dependencies(name, environment):
    """Return what the installed package `name` needs in `environment` (marker values); extras are left out."""
    for wanted in needed_by(name):
        if wanted.marker is None or wanted.marker.evaluate({**environment, "extra": ""}):
            yield canonicalize_name(wanted.name)


@functools.cache
def is_here(name):
    """Return whether the package is installed here; packages for another system alone are not."""
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


@pytest.mark.parametrize("name", update.LOCKED)
def test_every_requirement_has_an_exact_version_and_digests(name):
    for wanted, digests in entries(name).values():
        assert re.fullmatch(r"==[^=*]+", str(wanted.specifier)) and digests, wanted


@pytest.mark.parametrize("name", update.LOCKED)
def test_files_name_no_host_and_no_directory_of_a_machine(name):
    text = (ROOT / f"{name}.txt").read_text()
    assert not re.search(r"://|^--|/(?:home|root|tmp|work|Users)/", text, re.MULTILINE)
    assert "#    make update\n" in text


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_no_dependency_of_another_system_or_python_is_missing(system, python):
    """pip-compile keeps what the Python that it runs on needs; pip refuses a dependency that the file does not name."""
    environment = default_environment() | SYSTEMS[system]
    environment |= {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    for name in ("requirements", "requirements-scale", "requirements-dev"):
        locked = entries(name)
        used = {key for key, (wanted, _) in locked.items() if not wanted.marker or wanted.marker.evaluate(environment)}
        missing = {
            (key, other)
            for key in used
            if is_here(key)
            for other in installed_dependencies(key, environment)
            if other not in used
        }
        assert not missing, name


def test_each_package_has_one_version_in_all_files():
    versions = {}
    for name in update.LOCKED:
        for key, (wanted, _) in entries(name).items():
            assert versions.setdefault(key, wanted.specifier) == wanted.specifier, key


def test_the_oldest_python_makes_the_files(capsys):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={MINIMUM_PYTHON[0]}.{MINIMUM_PYTHON[1]}"
    for name in update.LOCKED:
        assert "with Python 3.11\n" in (ROOT / f"{name}.txt").read_text()
    assert update.main([], version=(3, 13, 1)) == 1
    assert "make update PYTHON=python3.11" in capsys.readouterr().err


def test_update_renews_all_or_the_named_package():
    assert "--upgrade" in update.command("requirements", [])
    one = update.command("requirements", ["--upgrade-package", "django"])
    assert "--upgrade" not in one
    assert one[-5:] == ["--upgrade-package", "django", "--output-file", "requirements.txt", "requirements.in"]
