"""Texts with placeholders that are translated when they are shown, for labels and help texts of classes."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise, lazy


def _filled(text: str | Promise, values: Mapping[str, Any]) -> str:
    return str(text) % values


filled = lazy(_filled, str)
"""`filled(gettext_lazy("… %(name)s …"), {"name": …})`; with `%` the text would be translated once, at import."""
