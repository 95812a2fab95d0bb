"""Random requests of visitors and editors over HTTP: never an answer with status 500 or above."""

import json
import re
from urllib.parse import quote

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests import factories, fuzz
from tests.delivery.addresses import source_url, unlocked
from tests.site_config.addresses import FIELDS, patterns
from tests.uploads import resumable as protocol
from video_pages.wagtail_admin.statistics.reports import BY_VIDEO

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
TUS_HEADERS = (
    "Upload-Length Upload-Offset Upload-Metadata Upload-Checksum Upload-Defer-Length Upload-Concat "
    "Tus-Resumable X-HTTP-Method-Override Content-Type"
).split()
IDS = ("abc", "999", "-1", "1", "2", "3", "4", *fuzz.LONG_NUMBERS)
PLACES = ("stream", "media", "videos", "search", "admin/pages", "admin/videos", "admin/uploads/tus", "admin/images")


def request(client, method, path, body=b"", content_type="", **headers):
    response = client.generic(method, path, body, content_type=content_type, headers=headers)
    for _block in response:
        pass
    assert response.status_code < 500, (method, path, headers)
    return response


@pytest.fixture
def video():
    return factories.make_video(video_file=factories.make_video_file(duration=100.0))


@pytest.fixture
def viewer(video):
    client = unlocked(video)
    for _block in client.get(source_url(video)):
        pass
    return client


@fuzz.fuzzed(25)
@given(fuzz.json_values())
def test_a_watch_report_of_any_kind(viewer, video, report):
    body = json.dumps(report).encode()
    path = reverse("stream", args=(video.uuid, "watched"))
    assert request(viewer, "POST", path, body, "application/json").status_code in (204, 400)


def test_a_watch_report_with_a_number_of_400_digits(viewer, video):
    path = reverse("stream", args=(video.uuid, "watched"))
    body = b'{"ranges": [[0, %s]]}' % (b"9" * 400)
    assert request(viewer, "POST", path, body, "application/json").status_code == 400


@fuzz.fuzzed(15)
@given(fuzz.headers(), fuzz.headers(), fuzz.texts())
def test_a_range_and_a_name_of_any_kind(viewer, video, range_header, condition, name):
    path = source_url(video)
    request(viewer, "GET", path, **{"Range": f"bytes={range_header}", "If-Range": condition})
    request(viewer, "GET", f"/stream/{video.uuid}/{quote(name)}", **{"If-Modified-Since": condition})
    request(viewer, "GET", f"/stream/{video.uuid}/tracks/{quote(name)}.vtt")


@fuzz.fuzzed(20)
@given(METHODS, st.sampled_from(PLACES), fuzz.texts(), fuzz.texts())
def test_an_address_of_any_kind(editor, method, place, name, query):
    for client in (editor, factories.browser()):
        request(client, method, f"/{place}/{quote(name, safe='/')}?q={quote(query)}&p={quote(query)}")


@fuzz.fuzzed(15)
@given(METHODS, st.dictionaries(st.sampled_from(TUS_HEADERS), fuzz.headers(), max_size=5), st.binary(max_size=20))
def test_a_request_of_the_upload_protocol_of_any_kind(editor, method, headers, body):
    content_type = headers.pop("Content-Type", protocol.BYTES)
    sent = {**protocol.VERSION, **headers}
    request(editor, method, reverse("tus_uploads"), body, content_type, **sent)
    address = protocol.create(editor, 1000)
    request(editor, method, address, body, content_type, **sent)


@fuzz.fuzzed(20)
@given(st.dictionaries(st.sampled_from(["filename", "title", "section", "replaces", "fingerprint"]), fuzz.texts()))
def test_an_announcement_of_any_kind(editor, said):
    said = {"filename": "film.mp4", **said}
    assert protocol.announce(editor, 1000, **said).status_code in (201, 403, 422)


@fuzz.fuzzed(15)
@given(
    st.sampled_from(["videos:index", "open_sessions:index", BY_VIDEO, "wagtailadmin_reports:site_history"]),
    st.sampled_from(["section", "state", "opened_by", "tags", "days", "days_from", "ordering", "p", "user", "q"]),
    fuzz.texts(),
)
def test_a_filter_of_any_kind(editor, screen, field, value):
    request(editor, "GET", f"{reverse(screen)}?{field}={quote(value)}")


@fuzz.fuzzed(30)
@given(st.data())
def test_a_query_or_a_form_of_any_kind_at_any_screen_of_the_admin(editor, video, data):
    """Wagtail's screens as well, for an object that there is."""
    addresses = [each for each in patterns() if each.startswith("admin/") and "delete" not in each]
    path = re.sub("<[^>]+>", str(video.pk), data.draw(st.sampled_from(sorted(addresses))))
    values = st.one_of(st.sampled_from(IDS), fuzz.texts())
    sent = data.draw(st.dictionaries(st.sampled_from(FIELDS), st.lists(values, min_size=1, max_size=2), max_size=8))
    for method in ("get", "post"):
        for _block in (response := getattr(editor, method)(f"/{path}", sent)):
            pass
        assert response.status_code < 500, (method, path, sent)


@fuzz.fuzzed(30)
@given(
    st.sampled_from(
        "copy create_alias convert_alias move publish revert_to_page_revision copy_for_translation".split()
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "destination_page_id": st.one_of(st.integers(-1, 6), fuzz.json_values()),
            "position": st.one_of(st.sampled_from(["left", "first-child", "last-sibling"]), fuzz.json_values()),
            **{
                name: fuzz.json_values()
                for name in ("recursive", "slug", "title", "update_slug", "revision_id", "locale")
            },
        },
    ),
)
def test_an_action_of_the_admin_s_api_of_any_kind(editor, video, action, sent):
    path = reverse("wagtailadmin_api:pages:action", args=(video.pk, action))
    request(editor, "POST", path, json.dumps(sent).encode(), "application/json")


@fuzz.fuzzed(10)
@given(fuzz.texts(), fuzz.texts())
def test_a_password_form_of_any_kind(video, password, other):
    body = f"password={quote(password)}&next={quote(other)}&{quote(other)}=1".encode()
    response = request(factories.browser(), "POST", video.url, body, "application/x-www-form-urlencoded")
    assert response.status_code in (403, 429)
