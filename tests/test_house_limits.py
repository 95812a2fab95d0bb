"""Limits of CONTRIBUTING that no linter knows: length of files and functions, docstrings, imports of tests."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ("video_pages", "home", "site_config", "deploy", "bench")
MOST_LINES = 250
MOST_LINES_OF_A_FUNCTION = 60
# A summary begins with a noun or a verb: "Return …", "The rows …". These words begin a riddle.
VAGUE = {"everybody", "nobody", "nothing", "others", "such", "that", "whether"} | set(
    "what whatever who whoever whom whose how where as why which when".split()
)
FILES = [
    path
    for name in (*HOUSE, "tests")
    for path in sorted((ROOT / name).rglob("*.py"))
    if "migrations" not in path.parts and "node_modules" not in path.parts
]


STATIC = [
    path
    for name in ("video_pages", "home")
    for kind in ("js", "css")
    for path in sorted((ROOT / name / "static").rglob(f"*.{kind}"))
]


def named(path):
    return str(path.relative_to(ROOT))


def test_a_module_a_script_and_a_style_sheet_have_a_length_that_is_read_at_once():
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in (*FILES, *STATIC)}
    assert {
        name: lines for name, lines in lengths.items() if lines > MOST_LINES and not name.startswith("tests/")
    } == {}


def imported_names(path):
    """Yield (line, dotted name) of each module, and of each name in a module, that the file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = f"{'.' * node.level}{node.module or ''}"
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def test_no_module_imports_a_test_module():
    """The code that several of them need stands in a module of their package without tests, or in its conftest."""
    found = [
        f"{named(path)}:{line} {name}"
        for path in FILES
        for line, name in imported_names(path)
        if name.startswith(("tests.", ".")) and any(part.startswith("test_") for part in name.split("."))
    ]
    assert not found, "\n".join(found)


def test_a_function_has_a_length_that_is_read_at_once():
    too_long = [
        f"{named(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in FILES
        if not named(path).startswith("tests/")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    assert too_long == []


def summaries(path):
    """Yield (line, first line of the docstring) of the module, its classes and functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield getattr(node, "lineno", 1), text.partition("\n")[0]


def test_no_summary_begins_with_a_vague_word():
    found = [
        f"{named(path)}:{line} {summary}"
        for path in FILES
        for line, summary in summaries(path)
        if summary.split()[0].strip("`,:").lower() in VAGUE
    ]
    assert not found, "\n".join(found)
