"""Private APIs of Wagtail that this package uses; tests/wagtail_admin/test_compat.py checks each of them.

Wagtail has no hook for the entries of a page's header, and no setting or hook for the cells of exported lists.
"""

import functools
import importlib
from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.views.pages.revisions import RevisionsCompareView
from wagtail.models import Page


def replace_sort_button(subclass: Callable[[Any], type]) -> None:
    """Replace the class of the menu entry "Sort menu order" by `subclass(class)`, after Wagtail's hooks are loaded."""
    wagtail_hooks: Any = importlib.import_module("wagtail.admin.wagtail_hooks")
    wagtail_hooks.PageListingSortMenuOrderButton = subclass(wagtail_hooks.PageListingSortMenuOrderButton)


def change_csv_texts(change: Callable[[str], str]) -> None:
    """Apply `change` to each text that a list or report exports as CSV.

    All their views share one mixin. An XLSX file states the type of each cell, and Wagtail writes texts as texts.
    """
    preprocess = SpreadsheetExportMixin.preprocess_field_value

    @functools.wraps(preprocess)
    def preprocess_changed(view: SpreadsheetExportMixin, field: str, value: object, export_format: str) -> object:
        cell = preprocess(view, field, value, export_format)
        return change(cell) if export_format == view.FORMAT_CSV and isinstance(cell, str) else cell

    SpreadsheetExportMixin.preprocess_field_value = preprocess_changed


def check_exports(refuse: Callable[[Any], HttpResponseBase | None]) -> None:
    """Have each list or report answer an export with `refuse(view)`, unless that is None."""
    as_spreadsheet = SpreadsheetExportMixin.as_spreadsheet

    @functools.wraps(as_spreadsheet)
    def as_checked_spreadsheet(view: Any, queryset: Any, spreadsheet_format: str) -> HttpResponseBase:
        response: HttpResponseBase = refuse(view) or as_spreadsheet(view, queryset, spreadsheet_format)
        return response

    SpreadsheetExportMixin.as_spreadsheet = as_checked_spreadsheet


def annotated_parent(page: Page) -> Page | None:
    """Return the parent that `annotate_parent_page` of Wagtail's page manager has found, or None; without a query."""
    return getattr(page, "_parent_page", None)


class CompareViewHooks(RevisionsCompareView):
    """Wagtail's comparison of two revisions, which hands each of them to `prepare` before it compares them."""

    def _get_revision_and_heading(self, revision_id: str) -> tuple[Page, str]:
        page, heading = super()._get_revision_and_heading(revision_id)
        self.prepare(page)
        return page, heading

    def prepare(self, page: Page) -> None:
        """Change `page`, which is made from a revision and not saved."""
