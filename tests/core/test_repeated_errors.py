"""The log has an error of repeated work once, until it changes or the work succeeds."""

import logging

import pytest
from django.db import OperationalError

from video_pages.core import repeated_errors
from video_pages.core.repeated_errors import RepeatedErrors

logger = logging.getLogger("video_pages.tests")


def test_an_error_is_new_once_for_each_work_and_again_when_it_changes_or_was_over():
    errors = RepeatedErrors()
    assert [errors.is_new("a", ValueError(text)) for text in ("x", "x", "y", "x")] == [True, False, True, True]
    assert errors.is_new("b", ValueError("x"))
    errors.is_over("a")
    assert errors.is_new("a", ValueError("x")) and not errors.is_new("b", ValueError("x"))


def test_work_that_is_gone_is_not_remembered_forever(monkeypatch):
    monkeypatch.setattr(repeated_errors, "MOST_REMEMBERED", 3)
    errors = RepeatedErrors()
    for page in range(10):
        errors.is_new(page, ValueError())
    assert len(errors._last) <= 3


def test_contained_work_is_logged_once_and_an_error_of_the_database_is_its_callers(caplog):
    errors, outcome = RepeatedErrors(), [ValueError("x"), ValueError("x"), None, ValueError("x"), OperationalError()]

    def work():
        error = outcome.pop(0)
        if error:
            raise error

    for _round in range(4):
        errors.contain(work, logger, "It failed.")
    with pytest.raises(OperationalError):
        errors.contain(work, logger, "It failed.")
    assert caplog.text.count("It failed.") == 2 and caplog.text.count("ValueError: x") == 2
