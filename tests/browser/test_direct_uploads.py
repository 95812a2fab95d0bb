"""A film goes from the browser straight to the bucket, over bad lines and two days, and plays; or through the server.

The first S3 server is the gateway of JuiceFS (MinIO's server), which checks signatures and allows every origin, behind
a proxy that spoils chosen parts. The second is moto's, which allows no origin until its bucket has a rule.
"""

import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import clips, factories
from tests.browser.player import START, open_video_page, wait_for_seconds, wait_until
from tests.browser.restarts import RestartedSite
from tests.conftest import environment_of_children
from tests.s3_faults import INTERNAL, SPOIL, STALL, faulty_proxy
from tests.s3_servers import PROGRAMS, library_in, moto, new_bucket
from tests.uploads.under_gunicorn import a_video_file
from video_pages.ingest import replace_from_bucket
from video_pages.library.s3.client import internal_client
from video_pages.models import ResumableUpload, VideoFile, VideoPage
from video_pages.transcoding import processing
from video_pages.transcoding.models import ProcessingJob
from video_pages.uploads import direct

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SCREEN = "/admin/videos/upload/"
STATUS = ".upload-row__status"


@pytest.fixture
def section():
    factories.make_superuser()
    return factories.make_section("Client reviews")


@pytest.fixture
def site_with(transactional_db, bundled, settings, tmp_path):
    """A function: `site_with(values)` starts a site with these settings of object storage, whose browsers may send."""
    running = []

    def start(values):
        values = {**values, "S3_BROWSER_UPLOADS": "1"}
        bucket = library_in(settings, {**values, "S3_BROWSER_UPLOADS": True})
        bucket.__enter__()
        running.append(bucket)
        site = RestartedSite({**environment_of_children(), **values}, tmp_path / "gunicorn.log")
        site.__enter__()
        running.append(site)
        return site

    yield start
    for one in running[::-1]:
        one.__exit__(None, None, None)


def choose(chromium, site, film):
    """Open the upload screen in a new browser with a clock that can be moved, and choose `film`; return the page."""
    page = chromium.new_context(base_url=site.address).new_page()
    page.clock.install()
    site.sign_in(page)
    page.goto(SCREEN)
    page.set_input_files("#id_video_file", str(film))
    return page


def part_of(address):
    """The number of the part in a signed address; None for other addresses."""
    found = parse_qs(urlsplit(address).query).get("partNumber")
    return int(found[0]) if found else None


def rows(page, state):
    return page.locator(f".upload-row[data-state={state}]")


def test_a_film_goes_to_the_bucket_in_parts_over_a_bad_line_on_two_days_and_plays(
    chromium, section, site_with, gateway, visit, tmp_path
):
    film = tmp_path / "night_train.mp4"
    film.write_bytes(a_video_file(28))  # six parts of 5 MiB
    with faulty_proxy(gateway.url) as proxy:
        site = site_with({**new_bucket(gateway), "S3_PUBLIC_ENDPOINT_URL": proxy.url})
        # The first day: three parts arrive, then nothing moves, and the browser dies.
        proxy.plan = lambda method, path, _number: STALL if method == "PUT" and part_of(path) > 3 else None
        page = choose(chromium, site, film)
        expect(page.locator(STATUS)).to_contain_text(re.compile(r"\(([5-9]\d|100)%\)"), timeout=30_000)
        has_three = lambda: set(direct.sent_parts(ResumableUpload.objects.get())) == {1, 2, 3}  # noqa: E731
        wait_until(page, has_three, "the first parts do not arrive")
        page.context.close()
        sent = [part_of(path) for method, path in proxy.seen if method == "PUT"]
        assert sent[0] == 1 and len(set(sent)) == len(sent)

        # Another day: the rest. One part fails, one is refused, one stands still; each is sent again.
        faults = {4: INTERNAL, 5: SPOIL, 6: STALL}
        proxy.plan = lambda method, path, _number: faults.pop(part_of(path), None) if method == "PUT" else None
        proxy.seen.clear()
        page = choose(chromium, site, film)
        expect(page.locator(STATUS)).to_contain_text(re.compile(r"\((89|9\d|100)%\)"), timeout=30_000)
        page.clock.fast_forward(61_000)  # the machine's buffers may have taken all of the part that stands still
        expect(rows(page, "ready")).to_have_count(1, timeout=60_000)
        sent = [part_of(path) for method, path in proxy.seen if method == "PUT"]
        assert set(sent) == {4, 5, 6} and all(sent.count(number) >= 2 for number in (4, 5, 6))
        page.fill("#id_password", factories.PASSWORD)
        page.select_option("#id_section", str(section.pk))
        page.get_by_role("button", name="Upload video").click()
        page.wait_for_url("**/admin/videos/")
        page.context.close()
        video = VideoPage.objects.get()
        processing.run(ProcessingJob.objects.get().pk)
        assert VideoFile.objects.get().sha256 == hashlib.sha256(film.read_bytes()).hexdigest()

        def open_page(path, **options):
            page = visit("about:blank", **options)
            page.goto(site.address + path)
            return page

        page = open_video_page(open_page, video)
        page.click(START)
        wait_for_seconds(page, 0.3)
        assert "straight to the bucket" not in site.log.read_text()


def test_without_a_rule_of_the_bucket_the_film_goes_through_the_server_and_the_operator_reads_so(
    chromium, section, site_with, require, tmp_path
):
    film = tmp_path / "night_train.mp4"
    film.write_bytes(a_video_file(6))
    with moto(require(PROGRAMS["moto"])) as server:
        site = site_with(new_bucket(server))
        page = choose(chromium, site, film)
        page.clock.fast_forward(1_000)
        expect(rows(page, "ready")).to_have_count(1, timeout=60_000)
        digest = hashlib.sha256(film.read_bytes()).hexdigest()
        assert VideoFile.objects.get().sha256 == digest  # which the server computes as the bytes arrive
        assert "A browser can't send an upload straight to the bucket" in site.log.read_text()
        page.context.close()

        rule = {"AllowedOrigins": [site.address], "AllowedMethods": ["PUT"], "ExposeHeaders": ["ETag"]}
        bucket = internal_client()
        bucket.put_bucket_cors(Bucket=_bucket_of(site), CORSConfiguration={"CORSRules": [rule]})
        other = tmp_path / "harbour.mp4"
        other.write_bytes(a_video_file(6))
        page = choose(chromium, site, other)
        expect(rows(page, "inspecting").or_(rows(page, "ready"))).to_have_count(1, timeout=60_000)
        sent = ResumableUpload.objects.exclude(object_name="").get()
        assert sent.video_file.size_bytes == other.stat().st_size
        page.context.close()


def test_a_new_version_goes_to_the_bucket_and_takes_its_place_after_a_worker_has_inspected_it(
    chromium, section, site_with, gateway, tmp_path
):
    site = site_with(new_bucket(gateway))
    video = factories.make_video("Harbour", section=section, video_file=factories.make_video_file(clips.mp4()))
    film = tmp_path / "second_cut.mp4"
    film.write_bytes(a_video_file(6))
    page = chromium.new_context(base_url=site.address).new_page()
    site.sign_in(page)
    page.goto(f"/admin/videos/{video.pk}/new-version/")
    page.set_input_files("#id_video_file", str(film))
    page.get_by_role("button", name="Upload the new version").click()
    expect(rows(page, "inspecting")).to_have_count(1, timeout=60_000)
    wait_until(page, lambda: replace_from_bucket.waiting(timezone.now()).exists(), "the upload is not complete")
    assert VideoFile.objects.get().source_version == 1
    assert replace_from_bucket.inspect_all() == 1
    expect(page.locator(".video-facts__file")).to_contain_text("second_cut.mp4", timeout=60_000)
    file = VideoFile.objects.get()
    assert (file.source_version, file.sha256) == (2, hashlib.sha256(film.read_bytes()).hexdigest())
    assert ResumableUpload.objects.get().object_name == file.file.name
    page.context.close()


def _bucket_of(site):
    return site.environment["S3_BUCKET"]
