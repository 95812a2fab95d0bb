"""Rows of the self-test described: what was asked for, what was expected and found, and a group for each film."""

import pytest

from video_pages.wagtail_admin.self_test.groups import describe_statuses, groups_of, name_of


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ("403", "refused"),
        ("200 / 301 / 403 / 404 / 410", "shown / led elsewhere / refused / not there"),
        ("200; it begins a session", "shown; it begins a session"),
        ("502", "an error of the site"),
        ("no answer", "no answer"),
    ],
)
def test_statuses_are_words(statuses, words):
    assert describe_statuses(statuses) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("search_suggestions", "suggestions of the search"),
        ("tracks/7.vtt", "captions of the film"),
        ("p0123/720p.m3u8", "part of the film"),
        ("home page", "home page"),
    ],
)
def test_names_are_words(name, words):
    assert name_of(name) == words


def test_each_film_is_a_group_and_red_ones_come_first():
    rows = [[title, "source", "/x", "403", "403", ok] for title, ok in (("", 1), ("A", 1), ("B", 0), ("A", 1))]
    assert [(group.title, len(group.lines), group.red) for group in groups_of(rows)] == [
        ("B", 1, 1),
        ("", 1, 0),
        ("A", 2, 0),
    ]
