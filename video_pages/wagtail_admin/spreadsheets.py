"""Cells of spreadsheets that people open: what a title says must never run as a formula."""

import csv
import io

# What spreadsheet programs take for the beginning of a formula (OWASP, CSV injection).
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value):
    """Return the text `value`, marked as text if a spreadsheet program would take it for a formula."""
    return f"'{value}" if value.startswith(FORMULA_BEGINS) else value


def csv_line(*cells):
    """Return `cells`, texts, as one line of CSV without its end; a line break within a cell becomes a space."""
    output = io.StringIO()
    csv.writer(output, lineterminator="").writerow([safe_cell(" ".join(cell.splitlines())) for cell in cells])
    return output.getvalue()
