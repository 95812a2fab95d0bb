"""Private APIs of Wagtail that our admin uses: these tests fail when an update changes one."""

import inspect

import pytest
from django.test import RequestFactory
from wagtail.admin import wagtail_hooks
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.views.pages.revisions import RevisionsCompareView
from wagtail.models import Page

from tests.factories import get_home
from video_pages.wagtail_admin import compat


def parameters(function):
    return list(inspect.signature(function).parameters)


@pytest.mark.django_db
def test_wagtail_makes_the_entry_from_the_class_that_its_module_names(monkeypatch):
    original = wagtail_hooks.PageListingSortMenuOrderButton
    monkeypatch.setattr(wagtail_hooks, "PageListingSortMenuOrderButton", original)
    assert issubclass(original, PageMenuItem) and parameters(original.is_shown) == ["self", "user"]
    compat.replace_sort_button(lambda base: type("Replaced", (base,), {}))
    page = get_home()
    for buttons in (
        wagtail_hooks.page_listing_more_buttons(page, None),
        wagtail_hooks.page_header_buttons(page, None, "edit"),
    ):
        kinds = [type(button) for button in buttons]
        assert wagtail_hooks.PageListingSortMenuOrderButton in kinds and original not in kinds


class Export(SpreadsheetExportMixin):
    list_export = ["title"]
    request = RequestFactory().get("/")


def test_exports_of_wagtail_use_the_two_methods():
    assert parameters(SpreadsheetExportMixin.preprocess_field_value)[1:] == ["field", "value", "export_format"]
    assert parameters(SpreadsheetExportMixin.as_spreadsheet) == ["self", "queryset", "spreadsheet_format"]
    assert "self.preprocess_field_value(" in inspect.getsource(SpreadsheetExportMixin)
    assert SpreadsheetExportMixin.FORMAT_CSV == "csv"


def test_texts_of_a_csv_file_are_changed_and_no_others(monkeypatch):
    monkeypatch.setattr(SpreadsheetExportMixin, "preprocess_field_value", lambda *arguments: arguments[2])
    compat.change_csv_texts(str.upper)
    view = Export()
    assert view.preprocess_field_value("title", "text", "csv") == "TEXT"
    assert view.preprocess_field_value("title", 5, "csv") == 5
    assert view.preprocess_field_value("title", "text", "xlsx") == "text"


def test_an_export_is_refused_by_an_answer(monkeypatch):
    monkeypatch.setattr(SpreadsheetExportMixin, "as_spreadsheet", lambda *arguments: "the file")
    answers = ["no", None]
    compat.check_exports(lambda view: answers.pop(0))
    assert Export().as_spreadsheet([], "csv") == "no" and Export().as_spreadsheet([], "csv") == "the file"


@pytest.mark.django_db
def test_wagtail_keeps_the_parent_that_it_has_found(django_assert_num_queries):
    home = get_home()
    page, parent = Page.objects.get(pk=home.pk), home.get_parent()
    Page.objects.annotate_parent_page([page])
    with django_assert_num_queries(0):
        assert compat.annotated_parent(page) == parent and compat.annotated_parent(home) is None


def test_wagtail_compares_what_the_private_method_returns():
    assert parameters(RevisionsCompareView._get_revision_and_heading) == ["self", "revision_id"]
    assert inspect.getsource(RevisionsCompareView.get_context_data).count("self._get_revision_and_heading(") == 2
    assert not hasattr(RevisionsCompareView, "prepare")
