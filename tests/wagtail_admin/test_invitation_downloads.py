"""Downloads of invited viewers in the screening record: the file, its version and when; kept with the viewer."""

import csv
import datetime as dt
import io

import pytest

from tests.access.invitations.links import guest, play, watch
from tests.factories import PASSWORD, browser, make_video
from tests.wagtail_admin.invitations import detail
from video_pages.access.downloads import set_downloads
from video_pages.access.invitations import create_invitation
from video_pages.access.models import Downloads
from video_pages.analytics.erasing import erase_statistics
from video_pages.core import clock
from video_pages.core.humanize import format_moment
from video_pages.models import InvitationDownload, VideoFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def video():
    found = make_video("The harbour")
    VideoFile.objects.update(sha256="ab" * 32)
    return found


def download(client, video, **query):
    response = client.get(f"/stream/{video.uuid}/download", query, headers={"Range": "bytes=0-99"})
    assert response.status_code == 206
    response.close()


def lines(editor, invitation):
    response = editor.get(f"{detail(invitation)}record/", {"export": "csv"})
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_the_record_names_file_version_and_time_of_each_viewer(editor, video):
    invitation, _token = create_invitation(video, kind="link", label="Jury", allows_download=True)
    first, second = guest(invitation), guest(invitation)
    for _part in range(2):  # one download in two parts
        download(first, video)
    download(first, video, size="180p")
    play(second, video)
    version = VideoFile.objects.get(pk=video.video_file_id).version_name
    taken, played = lines(editor, invitation)
    original, smaller = taken["Downloaded"].split("; ")
    assert original.startswith("Original 20") and smaller.startswith("180p 20")
    assert (taken["Film"], taken["Version"], taken["SHA-256 of the source"]) == ("The harbour", version, "ab" * 32)
    assert (taken["Viewer"], taken["First played"], played["Downloaded"]) == ("1", "", "")
    page = editor.get(f"{detail(invitation)}record/").text
    moment = InvitationDownload.objects.get(size="original").began_at
    assert f"Original, {format_moment(moment)}" in page and f"Version {version}" in page

    # A record of a download stays as it was when the film gets a new version.
    VideoFile.objects.update(source_version=7, package_version=7)
    download(first, video)
    former, new, _played = lines(editor, invitation)
    assert (former["Version"], former["SHA-256 of the source"]) == (version, "")
    assert new["Version"] != version and new["Downloaded"].startswith("Original 20")
    play(first, video)
    assert [bool(line["First played"]) for line in lines(editor, invitation)].count(True) == 2


def test_a_download_by_a_password_or_by_an_editor_is_none_of_an_invitation(editor, video):
    set_downloads(video, Downloads.ALLOWED)
    client = browser()
    client.post(video.url, {"password": PASSWORD})
    editor.get(f"/stream/{video.uuid}/download").close()
    client.get(f"/stream/{video.uuid}/download").close()
    assert not InvitationDownload.objects.exists()


def test_it_is_erased_with_the_statistics(video):
    invitation, _token = create_invitation(video, kind="link", label="Jury", allows_download=True)
    download(guest(invitation), video)
    erase_statistics(video=make_video())
    erase_statistics(video=video, before=clock.now().date() - dt.timedelta(days=3))
    assert InvitationDownload.objects.exists()
    erase_statistics(video=video)
    assert not InvitationDownload.objects.exists()


def test_the_curve_of_a_film_is_a_table_as_well(editor, video):
    invitation, _token = create_invitation(video, kind="link", label="Jury")
    VideoFile.objects.update(duration=100.0)
    watch(guest(invitation), video, [0, 50])
    page = " ".join(editor.get(detail(invitation)).text.split())
    assert '<th scope="row">40%</th><td>0:40</td><td>100%</td>' in page
    assert '<th scope="row">99%</th><td>1:39</td><td>0%</td>' in page
