"""Exported spreadsheets: no cell is a formula, and no list is exported whose filters are not valid."""

import csv
import functools
import io
from typing import Any

from django.http.response import HttpResponseBase
from wagtail.admin.views.mixins import SpreadsheetExportMixin

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
    """Apply `safe_cell` to every text that Wagtail's own lists and reports export as CSV.

    All their views share one mixin, and Wagtail has no setting or hook for its cells. An XLSX file states the type of
    each cell, and Wagtail writes texts as texts.
    """
    preprocess = SpreadsheetExportMixin.preprocess_field_value

    @functools.wraps(preprocess)
    def preprocess_safely(view: SpreadsheetExportMixin, field: str, value: object, export_format: str) -> object:
        cell = preprocess(view, field, value, export_format)
        return safe_cell(cell) if export_format == view.FORMAT_CSV and isinstance(cell, str) else cell

    SpreadsheetExportMixin.preprocess_field_value = preprocess_safely


def refuse_invalid_filters_in_exports() -> None:
    """Have every list and report refuse to export rows that its filters do not choose, because one is not valid.

    The list is shown again, with a message. All exports of Wagtail and of this site call one method.
    """
    as_spreadsheet = SpreadsheetExportMixin.as_spreadsheet

    @functools.wraps(as_spreadsheet)
    def as_filtered_spreadsheet(view: Any, queryset: Any, spreadsheet_format: str) -> HttpResponseBase:
        if has_invalid_filters(view):
            query = view.request.GET.copy()
            query.pop("export", None)
            return refuse_filters(view.request, f"{view.request.path}?{query.urlencode()}")
        response: HttpResponseBase = as_spreadsheet(view, queryset, spreadsheet_format)
        return response

    SpreadsheetExportMixin.as_spreadsheet = as_filtered_spreadsheet
