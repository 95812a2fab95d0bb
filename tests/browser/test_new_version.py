"""A new version of a film, from the drop to the choice of what no longer fits; the old one plays meanwhile."""

import base64

import pytest
from playwright.sync_api import expect

from tests import clips, factories, hls_clips
from tests.browser.accessibility import findings
from video_pages.models import VideoFile
from video_pages.pages.chapters import VideoChapter
from video_pages.transcoding import jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
ONLY_OURS = {"include": [["#main"]], "exclude": [[".messages"]]}
DROP = """([target, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const dropped = new DataTransfer();
  dropped.items.add(new File([bytes], name, { type: "video/mp4" }));
  const at = document.querySelector(target);
  for (const type of ["dragover", "drop"]) {
    at.dispatchEvent(new DragEvent(type, { dataTransfer: dropped, bubbles: true, cancelable: true }));
  }
}"""


@pytest.fixture
def film(transactional_db):
    """Twelve seconds that play, with a chapter at ten and captions to the end."""
    factories.make_superuser()
    film = hls_clips.make_packaged_video("Salt flats")
    VideoFile.objects.filter(pk=film.video_file_id).update(package_version=1)
    film.chapters = [VideoChapter(start_seconds=0, title="Arrival"), VideoChapter(start_seconds=10, title="Dusk")]
    film.save_revision().publish()
    return film


def drop(page, path):
    page.evaluate(DROP, [".upload-drop", path.name, base64.b64encode(path.read_bytes()).decode()])


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_film_is_dropped_and_what_no_longer_fits_is_decided(film, editor, device):
    page = editor(f"/admin/videos/{film.pk}/new-version/", device=device)
    expect(page.get_by_text("Drop the new file here, or choose it")).to_be_visible()
    expect(page.locator("#main").get_by_role("link", name="New version", exact=True)).to_have_count(1)  # a breadcrumb
    drop(page, clips.mp4(seconds=4))
    page.get_by_role("button", name="Upload the new version").click()
    expect(page.get_by_text("The new version is uploaded. The earlier version plays")).to_be_visible(timeout=30_000)
    now = page.locator("[data-playing-now]")
    expect(now).to_contain_text("The film now · 0:12")
    assert page.locator(".video-facts__file").inner_text().startswith(clips.mp4(seconds=4).name)
    file = VideoFile.objects.get()
    assert file.source_version == 2 and file.duration == hls_clips.SECONDS and file.plays_earlier_source
    expect(page.get_by_role("group", name="Chapter “Dusk” at 0:10")).to_be_visible()
    assert findings(page, context=ONLY_OURS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Do as chosen").click()
    expect(page.get_by_text("1 chapter is removed. 2 tracks are changed.")).to_be_visible()
    expect(page.get_by_text("Beyond the end of the film")).to_have_count(0)
    assert jobs.run(file.job.pk) == "ready"
    expect(page.get_by_text("Ready", exact=True)).to_be_visible(timeout=10_000)
    for gone in (page.get_by_text("The earlier version plays"), page.get_by_text("The new version is uploaded"), now):
        expect(gone).to_have_count(0)
    assert page.complaints == []
