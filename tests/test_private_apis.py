"""Private APIs of the packages below us stand in `compat` modules alone, each of which has a test.

ruff (SLF) finds `other._name`. This finds what ruff can't see: an override of a private name in a subclass, a call of
one through `super()` or `self`, and a private name as the text of `getattr`, `setattr` or `hasattr`.
"""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

OURS = ("video_pages", "home", "site_config", "deploy")
DOCUMENTED = {"_replace", "_fields", "_meta", "_state", "_default_manager", "_open", "_save"}
"""Names that Python and Django document; the last two are those that a storage of Django overrides."""
MODULES = sorted(
    path
    for package in OURS
    for path in (settings.BASE_DIR / package).rglob("*.py")
    if "migrations" not in path.parts and path.name != "compat.py"
)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in DOCUMENTED


def names_set_in(node: ast.AST) -> set[str]:
    """Return the names of functions, variables and attributes that `node` makes."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(each.name)
        elif isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store):
            found.add(each.attr)
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.add(each.id)
    return found


def names_of_the_body(class_node: ast.ClassDef) -> set[str]:
    """Return the names that the body of a class defines itself."""
    found = set()
    for each in class_node.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(each.name)
        elif isinstance(each, ast.Assign):
            found |= {target.id for target in each.targets if isinstance(target, ast.Name)}
        elif isinstance(each, ast.AnnAssign) and each.value is not None and isinstance(each.target, ast.Name):
            found.add(each.target.id)
    return found


def calls_by_text(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of each private name that is the text of getattr, setattr, hasattr or delattr."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"getattr", "setattr", "hasattr", "delattr"}
            and isinstance(node.args[1], ast.Constant)
            and is_private(str(node.args[1].value))
        ):
            yield node.lineno, str(node.args[1].value)


def is_own_object(node: ast.expr) -> bool:
    """Return whether `node` is `self`, `cls` or `super()`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "super"
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def uses_of(class_node: ast.ClassDef) -> Iterator[tuple[int, str, bool]]:
    """Yield (line, name, whether through `super()`) of each private name that the methods of a class read."""
    for node in ast.walk(class_node):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and is_own_object(node.value):
            yield node.lineno, node.attr, isinstance(node.value, ast.Call)


def foreign_bases(name: str, class_node: ast.ClassDef) -> list[type]:
    """Return the base classes, of other packages, of a class at the top of the module `name`."""
    found = getattr(importlib.import_module(name), class_node.name)
    return [base for base in found.__mro__ if base.__module__.partition(".")[0] not in OURS]


@pytest.fixture(scope="module")
def classes() -> dict[str, list[ast.ClassDef]]:
    """{name of a class: its definitions} of all classes of the project, those of `compat` modules too."""
    found: dict[str, list[ast.ClassDef]] = {}
    for package in OURS:
        for path in (settings.BASE_DIR / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    found.setdefault(node.name, []).append(node)
    return found


def names_of_our_bases(class_node: ast.ClassDef, classes) -> set[str]:
    """Return the names that the classes of the project set from which `class_node` inherits, by their names."""
    names: set[str] = set()
    met, left = {ast.unparse(class_node)}, [class_node]
    while left:
        for base in left.pop().bases:
            for node in classes.get(ast.unparse(base).partition("[")[0].rpartition(".")[2], ()):
                if ast.unparse(node) not in met:
                    met.add(ast.unparse(node))
                    names |= names_set_in(node)
                    left.append(node)
    return names


def module_name(path: Path) -> str:
    parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_module_names_a_private_attribute_as_text():
    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{line} {name}"
        for path in MODULES
        for line, name in calls_by_text(ast.parse(path.read_text()))
    ]
    assert not found, "put it into the compat.py of the package, with a test"


def test_no_class_uses_a_private_name_that_is_not_ours(classes):
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ClassDef):
                continue
            ours = names_of_our_bases(node, classes)
            own = names_set_in(node)
            found += [
                f"{path.relative_to(settings.BASE_DIR)}:{line} {node.name} {name}"
                for line, name, through_super in uses_of(node)
                if name not in ours and (through_super or name not in own)
            ]
    assert not found, "put it into a base class in the compat.py of the package, with a test"


def test_no_class_overrides_a_private_name_of_another_package():
    found = []
    for path in MODULES:
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.ClassDef) or not any(map(is_private, names_of_the_body(node))):
                continue
            for name in filter(is_private, names_of_the_body(node)):
                if any(name in vars(base) for base in foreign_bases(module_name(path), node)):
                    found.append(f"{path.relative_to(settings.BASE_DIR)}:{node.lineno} {node.name} {name}")
    assert not found, "put it into a base class in the compat.py of the package, with a test"
