"""Scripts of form media."""

from typing import Any

from django.forms import Script


def module_script(path: str, **attributes: str) -> Any:
    """Return the ES module at the static `path` for the `js` of a Media class; `attributes` are those of its element.

    The type is Any because django-stubs knows only strings there.
    """
    return Script(path, type="module", **attributes)
