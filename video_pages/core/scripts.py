"""Scripts of form media."""

from typing import Any

from django.forms import Script


def module_script(path: str) -> Any:
    """Return the ES module at the static `path` for the `js` of a Media class.

    The type is Any because django-stubs knows only strings there.
    """
    return Script(path, type="module")
