"""Every reader of what strangers send, given texts that nobody thought of: an answer or the one error it names."""

import json
import uuid

import pytest
from django.core import signing
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tests import fuzz
from video_pages.access import known_browsers
from video_pages.access.browser import network_of
from video_pages.access.guard import Guard
from video_pages.access.visitor import visitor_of
from video_pages.analytics.watch_reports import (
    MAX_SECONDS,
    UnreadableWatchReport,
    limit_seconds,
    played_bits,
    read_watch_report,
)
from video_pages.core.timecodes import MAX_SECONDS as LONGEST_TIME
from video_pages.core.timecodes import parse_timecode
from video_pages.core.user_agents import browser_family, device_of, is_bot
from video_pages.delivery.ranges import RangeNotSatisfiable, Representation, evaluate, parse_range
from video_pages.library import paths
from video_pages.uploads import names, tus

FILE = Representation(size=5000, etag='"tag"', modified=784111777)
CONDITIONS = ("Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")
RANGES = st.one_of(
    fuzz.headers(),
    st.lists(fuzz.headers(), max_size=3).map(lambda specs: "bytes=" + ",".join(specs)),
    st.tuples(st.integers(), st.integers()).map(lambda pair: f"bytes={pair[0]}-{pair[1]}"),
)


@fuzz.fuzzed(200)
@given(st.one_of(st.binary(max_size=200), fuzz.json_values().map(lambda value: json.dumps(value).encode())))
def test_a_watch_report_is_read_or_refused(body):
    try:
        watched = read_watch_report(body)
    except UnreadableWatchReport:
        return
    assert all(0 <= start <= end <= MAX_SECONDS for start, end in watched.ranges)
    assert 0 <= played_bits(limit_seconds(watched.ranges, 3600), 100) < 2**100


@fuzz.fuzzed(200)
@given(RANGES, st.integers(min_value=0, max_value=2**63 - 1))
def test_a_range_lies_inside_the_file_or_is_refused(header, size):
    try:
        positions = parse_range(header, size)
    except RangeNotSatisfiable:
        return
    assert positions is None or 0 <= positions[0] <= positions[1] < size


@fuzz.fuzzed(200)
@given(st.dictionaries(st.sampled_from(CONDITIONS), RANGES, max_size=4))
def test_any_headers_get_one_of_five_answers(headers):
    answer = evaluate(headers, FILE)
    assert answer.status in (200, 206, 304, 412, 416)
    assert 0 <= answer.first <= answer.first + answer.length <= FILE.size


@pytest.mark.parametrize(
    "read",
    [
        lambda text: tus.byte_count(text, "Upload-Length"),
        lambda text: tus.announced_length(text, None),
        tus.check_version,
        tus.check_content_type,
        tus.parse_metadata,
        tus.parse_checksum,
        lambda text: tus.parse_checksum(f"sha1 {text}"),
        lambda text: tus.parse_metadata(f"filename {text}"),
        lambda text: tus.effective_method("POST", text),
    ],
)
@fuzz.fuzzed(60)
@given(fuzz.headers())
def test_a_header_of_the_upload_protocol_is_read_or_refused(read, header):
    try:
        read(header)
    except tus.ProtocolError as refused:
        assert 400 <= refused.status < 500


@fuzz.fuzzed(100)
@given(fuzz.texts(st.characters()))
def test_any_name_of_a_file_becomes_one_that_a_column_and_a_page_can_hold(name):
    for cleaned in (names.clean_filename(name), names.clean_title(name)):
        assert len(cleaned) <= 255
        assert "\0" not in cleaned
        cleaned.encode()


@fuzz.fuzzed(100)
@given(fuzz.texts())
def test_a_time_is_read_or_refused(text):
    try:
        seconds = parse_timecode(text)
    except ValueError:
        return
    assert 0 <= seconds <= LONGEST_TIME


@fuzz.fuzzed(100)
@given(fuzz.headers(), fuzz.headers(), st.integers(min_value=0, max_value=3))
def test_any_forwarding_header_leaves_a_client_to_count_by(settings, header, connection, proxies):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=header, REMOTE_ADDR=connection)
    visitor = visitor_of(request)
    assert len(visitor.guesser.client) == 64
    assert len(visitor.network) <= 64
    assert network_of(header)


def sign_as_known(value):
    return signing.dumps(value, salt=known_browsers.SALT)


@fuzz.fuzzed(100)
@given(st.one_of(fuzz.headers(), fuzz.json_values().map(sign_as_known)), fuzz.headers())
def test_any_cookies_leave_somebody_to_count_by(value, token):
    request = RequestFactory().get("/")
    request.COOKIES = {known_browsers.COOKIE: value, "csrftoken": token}
    guesser = visitor_of(request).guesser
    assert len(guesser.client) == 64 and len(guesser.browser) in (0, 64)
    assert not guesser.has_opened(Guard("video", 1, "a hash", password_date=7))


@fuzz.fuzzed(100)
@given(fuzz.headers())
def test_any_user_agent_is_of_some_kind(header):
    assert isinstance(browser_family(header), str)
    assert device_of(header)
    assert is_bot(header) in (True, False)


@fuzz.fuzzed(100)
@given(fuzz.texts(), fuzz.texts())
def test_no_text_makes_a_path_that_leaves_its_folder(package, filename):
    try:
        name = paths.made_name(uuid.uuid4(), package, filename)
    except ValueError:
        name = ""
    assert ".." not in name and "\0" not in name
    assert paths.safe_extension(filename).count(".") <= 1
