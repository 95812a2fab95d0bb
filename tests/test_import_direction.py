"""Imports point one way, in the order of LAYERS, and the packages form no circle.

The test reads the syntax trees of the three packages, so it sees every import, also those inside functions. Those are
refused altogether where they reach the project's own modules: a local import that avoids the order is a sign that the
code belongs in another package. (`apps.py` connects signals in `ready()`, as Django wants.)
`docs/architecture.md` explains the packages.
"""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("video_pages", "home", "site_config")

# From the lowest layer to the highest. A module may import what stands below its layer and what lies in its own
# package. The packages of one layer do not import each other, except as ALLOWED says.
LAYERS = (
    ("video_pages.core",),
    (
        "video_pages.access.embed_sites",
        "video_pages.access.fields",
        "video_pages.access.invitations.models",
        "video_pages.access.invitations.rule_models",
        "video_pages.access.lengths",
        "video_pages.access.models",
        "video_pages.access.settings_form",
        "video_pages.access.requests.models",
        "video_pages.access.site_settings",
        "video_pages.access.unfound_passwords",
        "video_pages.analytics.invitation_models",
        "video_pages.analytics.models",
        "video_pages.analytics.site_models",
        "video_pages.library.formats",
        "video_pages.library.models",
        "video_pages.library.paths",
        "video_pages.library.served_names",
        "video_pages.library.storage",
        "video_pages.search.models",
        "video_pages.self_test.models",
        "video_pages.transcoding.models",
        "video_pages.uploads.models",
        "video_pages.worker.models",
    ),
    (
        "video_pages.access",
        "video_pages.analytics",
        "video_pages.library",
        "video_pages.transcoding",
        "video_pages.uploads",
    ),
    ("video_pages.pages",),
    ("video_pages.search", "video_pages.sections"),
    ("video_pages.ingest", "video_pages.self_test"),
    ("video_pages.delivery", "video_pages.worker"),
    ("video_pages.embeds",),
    ("video_pages.wagtail_admin",),
    ("video_pages.management", "video_pages.templatetags"),
    (
        "video_pages.apps",
        "video_pages.models",
        "video_pages.signal_handlers",
        "video_pages.urls",
        "video_pages.wagtail_hooks",
    ),
    ("home",),
    ("site_config",),
)
# `importer: what it may import` beside the order.
ALLOWED = {
    "video_pages.access.models": {"video_pages.access.fields"},
    "video_pages.access.settings_form": {
        "video_pages.access.embed_sites",
        "video_pages.access.lengths",
        "video_pages.access.unfound_passwords",
    },
    "video_pages.access.site_settings": {
        "video_pages.access.embed_sites",
        "video_pages.access.lengths",
        "video_pages.access.settings_form",
    },
    "video_pages.library.models": {
        "video_pages.library.formats",
        "video_pages.library.paths",
        "video_pages.library.served_names",
        "video_pages.library.storage",
    },
    "video_pages.library.served_names": {"video_pages.library.paths"},
    "video_pages.transcoding": {"video_pages.library"},
    "video_pages.uploads": {"video_pages.library"},
    "video_pages.apps": {"video_pages.signal_handlers"},
}


def place(module):
    """Return (layer, entry): the longest entry of LAYERS that `module` (dotted) is or lies in. Raises LookupError."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        entry = ".".join(parts[:length])
        for layer, entries in enumerate(LAYERS):
            if entry in entries:
                return layer, entry
    raise LookupError(f"LAYERS does not name {module}")


def package_of(module):
    """Return the package that `module` belongs to: `video_pages.access` of `video_pages.access.models`."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "video_pages" else parts[0]


def objection(importer, imported):
    """Return what is wrong with `importer` importing `imported`, or None."""
    (own_layer, own), (layer, entry) = place(importer), place(imported)
    if entry in ALLOWED.get(own, ()) or entry == own:
        return None
    if layer > own_layer:
        return "points upwards"
    if layer == own_layer:
        return "crosses into another package of the same layer"
    return None


def module_name(path):
    """Return the dotted name of a file below the project root; a package is named without `__init__`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def module_files():
    """Return every module of the three packages but migrations, which a command writes."""
    return sorted(
        path
        for name in PACKAGES
        for path in (ROOT / name).rglob("*.py")
        if "migrations" not in path.parts and path != ROOT / "video_pages" / "__init__.py"
    )


def imported_modules(node, importer, is_package):
    """Return the project's modules that an import statement names, absolute."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        base = node.module or ""
        if node.level:
            parts = importer.split(".")
            parent = parts[: len(parts) - node.level + (1 if is_package else 0)]
            base = ".".join([*parent, *([node.module] if node.module else [])])
        # `from package import module` names a module where there is one, else something inside `package`.
        names = [f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base for alias in node.names]
    return [name for name in names if name.split(".")[0] in PACKAGES]


def is_module(name):
    """Return whether a dotted name is a module or package of the project."""
    path = ROOT / Path(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


@cache
def imports_of(path):
    """Return (module, line, is_local) for each project module that the file imports, also for types alone."""
    importer, is_package = module_name(path), path.name == "__init__.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    local = {
        id(inner)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(function)
    }
    return [
        (name, node.lineno, id(node) in local)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in dict.fromkeys(imported_modules(node, importer, is_package))
    ]


def test_imports_point_one_way():
    wrong = []
    for path in module_files():
        importer = module_name(path)
        for imported, line, _is_local in imports_of(path):
            if problem := objection(importer, imported):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {imported}: {problem}")
    assert not wrong, "\n".join(wrong)


def test_every_module_has_a_place():
    lost = []
    for path in module_files():
        try:
            place(module_name(path))
        except LookupError as error:
            lost.append(str(error))
    assert not lost, "\n".join(lost)


def circle(graph):
    """Return one circle in `graph` (node: nodes that it imports), first and last node the same, or an empty list."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_two_modules_import_each_other():
    graph = {module_name(path): {name for name, _line, _is_local in imports_of(path)} for path in module_files()}
    assert circle(graph) == []


def test_packages_form_no_circle():
    graph, imports = {}, {}
    for path in module_files():
        importer = module_name(path)
        # Models of a room lie below the rooms, so a room may ask another room's models and keep the order.
        if place(importer)[0] == 1:
            continue
        for imported, line, _is_local in imports_of(path):
            if place(imported)[0] != 1 and package_of(imported) != package_of(importer):
                graph.setdefault(package_of(importer), set()).add(package_of(imported))
                where = f"{path.relative_to(ROOT)}:{line} imports {imported}"
                imports.setdefault((package_of(importer), package_of(imported)), []).append(where)
    found = circle(graph)
    # In `found` each package is imported by the next.
    lines = [line for imported, importer in pairwise(found) for line in imports[importer, imported]]
    assert found == [], "\n".join(lines)


def test_a_circle_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert circle({"a": {"b", "c"}, "b": {"c"}}) == []


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
        ("video_pages.pages.models", "video_pages.access.models"),
        ("video_pages.uploads.files", "video_pages.library.services"),
        ("video_pages.transcoding.jobs", "video_pages.library.models"),
        ("video_pages.access.grant", "video_pages.analytics.models"),
        ("video_pages.sections.editors", "video_pages.pages.models"),
        ("video_pages.ingest.create", "video_pages.sections.collections"),
        ("video_pages.delivery.views", "video_pages.pages.models"),
        ("home.views", "video_pages.pages.models"),
        ("site_config.urls", "home.views"),
    ],
)
def test_downward_imports_are_allowed(importer, imported):
    assert objection(importer, imported) is None


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("video_pages.core.clock", "video_pages.access.models"),
        ("video_pages.access.grant", "video_pages.pages.models"),
        ("video_pages.access.models", "video_pages.access.grant"),
        ("video_pages.access.grant", "video_pages.library.services"),
        ("video_pages.library.services", "video_pages.uploads.files"),
        ("video_pages.pages.context", "video_pages.sections.collections"),
        ("video_pages.sections.editors", "video_pages.ingest.create"),
        ("video_pages.ingest.create", "video_pages.worker.loop"),
        ("video_pages.pages.models", "video_pages.delivery.views"),
        ("video_pages.pages.models", "video_pages.models"),
        ("video_pages.worker.loop", "video_pages.delivery.views"),
        ("video_pages.delivery.views", "home.views"),
        ("video_pages.library.services", "site_config.environment.env"),
        ("home.models", "site_config.settings.base"),
    ],
)
def test_upward_and_crossing_imports_are_refused(importer, imported):
    assert objection(importer, imported)


def test_a_package_without_a_place_is_refused():
    with pytest.raises(LookupError):
        place("video_pages.attic.box")
