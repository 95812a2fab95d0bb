"""Cells of exported spreadsheets: a spreadsheet program never evaluates the text of a cell as a formula."""

import csv
import functools
import io

from wagtail.admin.views.mixins import SpreadsheetExportMixin

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
