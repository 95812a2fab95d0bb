"""Cells of spreadsheets that people open: what a title says must never run as a formula."""

import csv
import functools
import io

from wagtail.admin.views.mixins import SpreadsheetExportMixin

# What spreadsheet programs take for the beginning of a formula (OWASP, CSV injection); some read the wide forms, too.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value):
    """Return the text `value`, marked as text if a spreadsheet program would take it for a formula."""
    return f"'{value}" if value.startswith(FORMULA_BEGINS) else value


def csv_line(*cells):
    """Return `cells`, texts, as one line of CSV without its end; a line break within a cell becomes a space."""
    output = io.StringIO()
    csv.writer(output, lineterminator="").writerow([safe_cell(" ".join(cell.splitlines())) for cell in cells])
    return output.getvalue()


def guard_exports():
    """Make every cell that Wagtail's own lists and reports export as CSV a safe one.

    Their views are many and share one mixin, and Wagtail has no setting or hook for its cells. An XLSX file says of
    each cell what it is, and Wagtail writes texts as texts there.
    """
    preprocess = SpreadsheetExportMixin.preprocess_field_value

    @functools.wraps(preprocess)
    def safely(view, field, value, export_format):
        cell = preprocess(view, field, value, export_format)
        return safe_cell(cell) if export_format == view.FORMAT_CSV and isinstance(cell, str) else cell

    SpreadsheetExportMixin.preprocess_field_value = safely
