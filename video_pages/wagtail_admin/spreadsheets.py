"""Exported spreadsheets: no cell is a formula, and no list is exported whose filters are not valid."""

import csv
import io
from typing import Any

from django.http.response import HttpResponseBase

from video_pages.wagtail_admin import compat
from video_pages.wagtail_admin.valid_filters import has_invalid_filters, refuse_filters

# Characters with which a formula begins (OWASP, CSV injection); some programs also accept the full-width forms.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: str) -> str:
    """Return the text `value`, with an apostrophe before it if a spreadsheet program would read it as a formula."""
    return f"'{value}" if value.startswith(FORMULA_BEGINS) else value


def csv_line(*cells: str) -> str:
    """Return `cells` as one line of CSV without a line end; a line break within a cell becomes a space."""
    output = io.StringIO()
    csv.writer(output, lineterminator="").writerow([safe_cell(" ".join(cell.splitlines())) for cell in cells])
    return output.getvalue()


def escape_exported_cells() -> None:
    """Apply `safe_cell` to every text that Wagtail's own lists and reports export as CSV."""
    compat.change_csv_texts(safe_cell)


def refuse_invalid_filters_in_exports() -> None:
    """Have every list and report refuse to export rows that its filters do not choose, because one is not valid.

    The list is shown again, with a message. All exports of Wagtail and of this site call one method.
    """
    compat.check_exports(_refusal_of_filters)


def _refusal_of_filters(view: Any) -> HttpResponseBase | None:
    if not has_invalid_filters(view):
        return None
    query = view.request.GET.copy()
    query.pop("export", None)
    return refuse_filters(view.request, f"{view.request.path}?{query.urlencode()}")
