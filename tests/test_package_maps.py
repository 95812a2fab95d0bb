"""The docstring of a package is its map: it names each module of the package, and nothing that is not there."""

import ast
import collections
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Django and Wagtail look here for modules whose names say all.
WITHOUT_MAP = {"video_pages", "management", "commands", "migrations", "templatetags", "settings"}

PACKAGES = sorted(
    path.parent
    for name in ("video_pages", "home", "site_config", "deploy", "bench")
    for path in (ROOT / name).rglob("__init__.py")
    if path.parent.name not in WITHOUT_MAP
)


def named_in(docstring):
    """Return the first word of each line of `docstring` below its summary."""
    return [line.split()[0] for line in docstring.splitlines()[1:] if line.strip()]


def modules_of(package):
    """Return the names of the modules and packages that lie in the folder `package`."""
    names = {path.stem for path in package.glob("*.py")} - {"__init__"}
    return names | {path.name for path in package.iterdir() if path.is_dir() and list(path.glob("*.py"))}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_package_names_each_of_its_modules_once(package):
    path = package / "__init__.py"
    named, modules = named_in(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))), modules_of(package)
    where = f"in the docstring of {path.relative_to(ROOT)}"
    problems = [f"add a line for `{name}` {where}" for name in sorted(modules - set(named))]
    problems += [f"remove the line of `{name}` {where}" for name in sorted(set(named) - modules)]
    problems += [f"name `{name}` once {where}" for name, times in collections.Counter(named).items() if times > 1]
    assert problems == []
