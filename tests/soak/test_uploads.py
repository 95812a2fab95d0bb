"""300 MB in a real browser, with the server killed again and again; and the memory of a server that takes them."""

import hashlib
import re
import signal

import pytest
from playwright.sync_api import expect

from tests import factories, shared_data
from tests.browser.conftest import chromium  # noqa: F401
from tests.browser.restarts import RestartedSite
from tests.uploads import lines, under_gunicorn
from tests.uploads.under_gunicorn import MIB, a_video_file, memory_of
from video_pages.models import VideoFile, VideoPage

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

own_media_roots = shared_data.media_of_run
served = under_gunicorn.served

SIZE = 300  # MB


@pytest.mark.browser
@pytest.mark.usefixtures("transactional_db")
def test_300_mb_arrive_whole_though_the_server_is_killed_three_times(chromium, child_environment, tmp_path):  # noqa: F811
    factories.make_superuser()
    section = factories.make_section("Client reviews")
    film = tmp_path / "night_train.mp4"
    film.write_bytes(a_video_file(SIZE))
    with RestartedSite(child_environment, tmp_path / "gunicorn.log") as site:
        page = chromium.new_context(base_url=site.address).new_page()
        site.sign_in(page)
        page.goto("/admin/videos/upload/")
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 20_000_000}
        network.send("Network.emulateNetworkConditions", slow)
        page.set_input_files("#id_video_file", str(film))
        page.select_option("#id_section", str(section.pk))
        page.get_by_role("button", name="Upload video").click()
        words = page.locator(".upload-row__status")
        for tens in ("[2-3]", "[5-6]", "[8-9]"):
            expect(words).to_contain_text(re.compile(rf"\({tens}\d%\)"), timeout=120_000)
            site.kill(signal.SIGKILL)
            expect(words).to_contain_text("Waiting for the network", timeout=20_000)
            site.start()
        page.wait_for_url("**/admin/videos/", timeout=180_000)
        page.context.close()
    video_file = VideoPage.objects.get().video_file
    digest = hashlib.sha256(film.read_bytes()).hexdigest()
    with video_file.file.open() as stored:
        assert hashlib.file_digest(stored, "sha256").hexdigest() == video_file.sha256 == digest


def test_300_mb_take_as_little_memory_as_two(served):  # noqa: F811
    film = a_video_file(SIZE)
    cookies = lines.cookies_of(factories.make_superuser())
    with served() as server:
        line = lines.Line(server.port, cookies)
        assert line.patch(line.create(3 * MIB), bytes(2 * MIB), 0)[0] == 204
        before = memory_of(server)
        address = line.create(len(film))
        assert line.patch(address, film, 0)[0] == 204
        assert memory_of(server) - before < 24 * MIB
    assert VideoFile.objects.get().sha256 == hashlib.sha256(film).hexdigest()
