"""The progress of processing is updated by itself, in the listing and in the page editor."""

import pytest
from playwright.sync_api import expect

from tests import factories
from video_pages.models import ProcessingJob

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def film(transactional_db):
    factories.make_superuser()
    file = factories.make_video_file(ready=False)
    ProcessingJob.objects.create(video_file=file, source_version=1, state="processing", step="probe", progress=40)
    return factories.make_video("Salt flats", video_file=file)


def test_the_listing_and_the_editor_follow_the_work_by_themselves(film, editor):
    page = editor("/admin/videos/")
    page.get_by_text("Being processed 40%").wait_for()
    jobs = ProcessingJob.objects.filter(video_file=film.video_file)
    jobs.update(progress=80)
    page.get_by_text("Being processed 80%").wait_for()
    stop = page.get_by_role("link", name="Stop")
    stop.focus()
    jobs.update(progress=90)
    with page.expect_response("**/results/**"):
        pass
    expect(stop).to_be_focused()  # the cell waits for the keyboard to leave it
    page.get_by_text("Being processed 80%").wait_for()
    stop.blur()
    page.get_by_text("Being processed 90%").wait_for()
    jobs.update(progress=80)

    page.goto(f"/admin/pages/{film.pk}/edit/")
    bar = page.get_by_role("progressbar", name="Processing")
    expect(bar).to_have_attribute("value", "80")
    jobs.update(state="refused", reason="It holds only sound.")
    page.get_by_text("It holds only sound.").wait_for()
    expect(bar).to_have_count(0)
    assert not page.complaints
