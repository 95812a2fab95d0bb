"""Every action that the project logs is a LogAction, and Wagtail knows it by its label and message."""

import ast
from pathlib import Path

import pytest
from wagtail.log_actions import registry

from video_pages.core.log_actions import LogAction

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = [path for name in ("video_pages", "home", "site_config") for path in sorted((ROOT / name).rglob("*.py"))]


def calls_of(tree, name):
    """Yield (call, enclosing function) of each call of a function or method `name` in the syntax tree `tree`."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == name:
                yield node, function


def is_log_action(node, function):
    """Return whether an argument is a LogAction: its name, or a parameter or attribute that is annotated so.

    An action of Wagtail's own that is known to its registry is right as well.
    """
    if isinstance(node, ast.Constant):
        return str(node.value).startswith("wagtail.") and registry.action_exists(node.value)
    if isinstance(node, ast.Name):
        return any(
            argument.arg == node.id and ast.unparse(argument.annotation or ast.Constant(None)) == "LogAction"
            for argument in function.args.args
        )
    return ast.unparse(node) == "self.log_action" or (
        isinstance(node, ast.Attribute)
        and ast.unparse(node.value) == "LogAction"
        and node.attr in LogAction.__members__
    )


def test_every_log_entry_of_the_project_names_a_log_action():
    wrong, found = [], 0
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call, function in calls_of(tree, "log"):
            given = [keyword.value for keyword in call.keywords if keyword.arg == "action"] or call.args[:1]
            found += 1
            if not given or not is_log_action(given[0], function):
                wrong.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert found > 3 and not wrong, wrong


def test_every_log_action_is_used():
    texts = "".join(path.read_text(encoding="utf-8") for path in FILES)
    assert [action.name for action in LogAction if f"LogAction.{action.name}" not in texts] == []


def test_the_registered_actions_of_the_project_are_the_log_actions():
    registered = [name for name, _label in registry.get_choices() if name.startswith("video_pages.")]
    assert registered == [action.value for action in LogAction]


@pytest.mark.parametrize("action", LogAction, ids=lambda action: action.name)
def test_an_action_has_a_label_and_a_message_of_its_own(action):
    registry.scan_for_actions()
    formatter = registry.formatters[action]
    assert (formatter.label, formatter.message) == (action.label, action.message)
    assert str(action.label) and str(action.message)
    assert [other for other in LogAction if other.label == action.label] == [action]
