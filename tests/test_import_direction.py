"""Imports point one way: room models, rooms, pages, what stands on pages, home, site_config.

The test reads the syntax trees of the three packages, so it sees every import, also those inside functions.
Those are refused altogether where they reach the project's own modules: a local import that dodges the order
is a sign that the code sits in the wrong room. (`apps.py` connects signals in `ready()`, as Django wants.)
`docs/architecture.md` explains the house.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("video_pages", "home", "site_config")
ROOMS = {"library", "uploads", "transcoding", "access", "analytics"}
USES_LIBRARY = {"uploads", "transcoding"}
STANDS_ON_PAGES = {"delivery", "worker", "wagtail_admin", "templatetags", "management"}
REGISTRATIONS = {"apps", "urls", "wagtail_hooks", "signal_handlers"}
# Beside `models`, what models are made of: the library's storage and pure questions, the kept columns, units of time.
BOTTOM_PARTS = {"library": {"storage", "paths", "formats"}, "access": {"fields", "lengths"}}

# Modules of `video_pages` itself that any room may import, because they import none.
BOTTOM_MODULES = {"clock", "connections", "prepared", "whole_numbers"}

BOTTOM, ROOM, PAGES, ABOVE_PAGES, HOME, SITE = range(6)


def level(module):
    """Return (level, room) of a dotted module name; `room` is "" outside the rooms."""
    package, *rest = module.split(".")
    if package == "site_config":
        return SITE, ""
    if package == "home":
        return HOME, ""
    room = rest[0] if rest else ""
    inside = rest[1] if len(rest) > 1 else ""
    if room in BOTTOM_MODULES:
        return BOTTOM, ""
    if room in ROOMS | STANDS_ON_PAGES and inside == "models":
        return BOTTOM, room
    if inside in BOTTOM_PARTS.get(room, ()):
        return BOTTOM, room
    if room in ROOMS:
        return ROOM, room
    if room in STANDS_ON_PAGES | REGISTRATIONS:
        return ABOVE_PAGES, room
    return PAGES, ""


def objection(importer, imported):
    """Return what is wrong with `importer` importing `imported`, or None."""
    (own, own_room), (other, other_room) = level(importer), level(imported)
    if own_room and own_room == other_room and not (own == BOTTOM and other > BOTTOM):
        return None
    if other > own:
        return "points upwards"
    if own == other == ROOM and not (own_room in USES_LIBRARY and other_room == "library"):
        return "crosses from one room into another"
    return None


def module_name(path):
    """The dotted name of a file below the project root; a package is named without `__init__`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def module_files():
    """Every module of the three packages but migrations, which are written by a command and never edited."""
    return sorted(
        path for name in PACKAGES for path in (ROOT / name).rglob("*.py") if "migrations" not in path.parts
    )


def imported_modules(node, importer, is_package):
    """The project's modules that an import statement names, absolute."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        base = node.module or ""
        if node.level:
            parts = importer.split(".")
            parent = parts[: len(parts) - node.level + (1 if is_package else 0)]
            base = ".".join([*parent, *([node.module] if node.module else [])])
        # `from package import module` names a module where there is one, else something inside `package`.
        names = [
            f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base for alias in node.names
        ]
    return [name for name in names if name.split(".")[0] in PACKAGES]


def is_module(name):
    """Whether a dotted name is a module or package of the project."""
    path = ROOT / Path(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def imports_of(path):
    """Yield (module, line, is_local) for each project module that the file imports."""
    importer, is_package = module_name(path), path.name == "__init__.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    local = {
        id(inner)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in dict.fromkeys(imported_modules(node, importer, is_package)):
                yield name, node.lineno, id(node) in local


def test_imports_point_one_way():
    wrong = []
    for path in module_files():
        importer = module_name(path)
        for imported, line, _ in imports_of(path):
            if problem := objection(importer, imported):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {imported}: {problem}")
    assert not wrong, "\n".join(wrong)


def test_no_function_imports_a_module_of_the_project():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {imported} inside a function"
        for path in module_files()
        if path.name != "apps.py"
        for imported, line, is_local in imports_of(path)
        if is_local
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("video_pages.models", "video_pages.access.models"),
        ("video_pages.uploads.files", "video_pages.library.services"),
        ("video_pages.transcoding.jobs", "video_pages.library.models"),
        ("video_pages.access.grant", "video_pages.analytics.models"),
        ("video_pages.delivery.views", "video_pages.models"),
        ("home.views", "video_pages.models"),
        ("site_config.urls", "home.views"),
    ],
)
def test_downward_imports_are_allowed(importer, imported):
    assert objection(importer, imported) is None


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("video_pages.access.grant", "video_pages.models"),
        ("video_pages.access.models", "video_pages.access.grant"),
        ("video_pages.access.grant", "video_pages.library.services"),
        ("video_pages.library.services", "video_pages.uploads.files"),
        ("video_pages.models", "video_pages.delivery.views"),
        ("video_pages.delivery.views", "home.views"),
        ("video_pages.library.services", "site_config.env"),
        ("home.models", "site_config.settings.base"),
    ],
)
def test_upward_and_crossing_imports_are_refused(importer, imported):
    assert objection(importer, imported)
