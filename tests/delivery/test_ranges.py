"""Ranges and conditions as RFC 9110 has them, on the pure functions."""

import pytest

from video_pages.delivery.ranges import Answer, RangeNotSatisfiable, Representation, evaluate, parse_range

SIZE = 1000
FILE = Representation(size=SIZE, etag='"abc"', modified=784111777)
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT"
LATER = "Sun, 06 Nov 1994 08:49:38 GMT"
WHOLE = Answer(200, 0, SIZE)


@pytest.mark.parametrize(
    ("header", "positions"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-499", (0, 499)),
        ("bytes=500-", (500, 999)),
        ("bytes=999-999", (999, 999)),
        ("bytes=0-99999", (0, 999)),
        ("bytes=-1", (999, 999)),
        ("bytes=-500", (500, 999)),
        ("bytes=-5000", (0, 999)),
        ("BYTES=1-2", (1, 2)),
        ("bytes= 1 - 2 ", (1, 2)),
        ("bytes=0000000000000000000000001-2", (1, 2)),
    ],
)
def test_a_single_range_is_cut_to_the_file(header, positions):
    assert parse_range(header, SIZE) == positions


@pytest.mark.parametrize(
    "header",
    [
        "bytes=1000-",
        "bytes=1000-2000",
        "bytes=-0",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=-",
        "bytes=--5",
        "bytes=1",
    ]
    + [
        "bytes=1-2x",
        "bytes=,",
        "bytes=0-1,",
        "bytes=1000-,2000-",
        "bytes=\u00b2-5",
        "bytes=\t1-2",
        "bytes=0x1-2",
    ]
    + [f"bytes={'9' * 5000}-", f"bytes=0-{2**63}", f"bytes=-{'9' * 5000}"],
)
def test_a_range_outside_the_file_or_unreadable_is_not_satisfiable(header):
    with pytest.raises(RangeNotSatisfiable):
        parse_range(header, SIZE)


@pytest.mark.parametrize("header", ["", "bytes", "bytes=", "bytes=  ", "items=0-5", "bytes 0-5", "0-5", "bytes =0-5"])
def test_a_header_that_asks_for_no_bytes_is_ignored(header):
    assert parse_range(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=0-1,4-5", "bytes=0-1, -5", "bytes=0-1,5000-", "bytes=0-,0-,0-"])
def test_several_ranges_get_the_whole_file(header):
    assert parse_range(header, SIZE) is None
    assert evaluate({"Range": header}, FILE) == WHOLE


@pytest.mark.parametrize(
    ("header", "whole"), [("bytes=0-", True), ("bytes=0-5", True), ("bytes=-5", True), ("bytes=1-", False)]
)
def test_an_empty_file_has_no_range_but_its_beginning(header, whole):
    if whole:
        assert parse_range(header, 0) is None
    else:
        with pytest.raises(RangeNotSatisfiable):
            parse_range(header, 0)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": '"abc"'}, 200),
        ({"If-Match": '"x", "abc"'}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"x"'}, 412),
        ({"If-Match": 'W/"abc"'}, 412),  # a weak tag never matches strongly
        ({"If-Match": "abc"}, 412),
        ({"If-Unmodified-Since": DATE}, 200),
        ({"If-Unmodified-Since": LATER}, 200),
        ({"If-Unmodified-Since": EARLIER}, 412),
        ({"If-Unmodified-Since": "yesterday"}, 200),
        ({"If-None-Match": '"abc"'}, 304),
        ({"If-None-Match": 'W/"abc"'}, 304),
        ({"If-None-Match": '"x", W/"abc"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"x"'}, 200),
        ({"If-Modified-Since": DATE}, 304),
        ({"If-Modified-Since": "Sunday, 06-Nov-94 08:49:37 GMT"}, 304),
        ({"If-Modified-Since": "Sun Nov  6 08:49:37 1994"}, 304),
        ({"If-Modified-Since": EARLIER}, 200),
        ({"If-Modified-Since": LATER}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
    ],
)
def test_each_condition_alone(headers, status):
    assert evaluate(headers, FILE).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": '"abc"', "If-Unmodified-Since": EARLIER}, 200),
        ({"If-Match": '"x"', "If-Unmodified-Since": LATER}, 412),
        ({"If-None-Match": '"abc"', "If-Modified-Since": EARLIER}, 304),
        ({"If-None-Match": '"x"', "If-Modified-Since": DATE}, 200),
        ({"If-Match": '"x"', "If-None-Match": '"abc"'}, 412),
        ({"If-Match": '"abc"', "If-None-Match": '"abc"'}, 304),
        ({"If-Unmodified-Since": EARLIER, "If-None-Match": '"abc"'}, 412),
        ({"If-None-Match": '"abc"', "Range": "bytes=0-1"}, 304),
        ({"If-None-Match": '"abc"', "Range": "bytes=5000-"}, 304),
        ({"If-Match": '"x"', "Range": "bytes=5000-"}, 412),
    ],
)
def test_conditions_together_keep_the_order_of_section_13_2_2(headers, status):
    assert evaluate(headers, FILE).status == status


@pytest.mark.parametrize("validator", ['"abc"', DATE, "Sun Nov  6 08:49:37 1994"])
def test_if_range_that_holds_keeps_the_range(validator):
    assert evaluate({"Range": "bytes=1-2", "If-Range": validator}, FILE) == Answer(206, 1, 2)


@pytest.mark.parametrize("validator", ['"x"', 'W/"abc"', '"abc", "x"', "*", "", "abc", EARLIER, LATER, "yesterday"])
def test_if_range_that_does_not_hold_gives_the_whole_file(validator):
    assert evaluate({"Range": "bytes=1-2", "If-Range": validator}, FILE) == WHOLE


def test_if_range_that_does_not_hold_hides_an_unsatisfiable_range():
    assert evaluate({"Range": "bytes=5000-", "If-Range": '"x"'}, FILE) == WHOLE
