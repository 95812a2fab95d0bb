"""Recognise exceptions of Wagtail's views that have their cause in the content of the request (docs/decisions/0017).

Wagtail's views convert some values of a request without a check (`int(pk)`), look for rows without a default, or give
the value to a library that validates it and raises. The request is the cause of the exception if all of this holds:

- it belongs to FAMILIES, which libraries raise for a value that they can't use;
- code of Wagtail called the function that raised it, and not code of this site, which checks what it reads;
- the exception, or the function that raised it, has a value that the request sent.
"""

from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.urls import NoReverseMatch

FAMILIES = (ValueError, ValidationError, ObjectDoesNotExist, NoReverseMatch)
OWN_PACKAGES = {"video_pages", "home", "site_config"}
TOO_MANY_DIGITS = "for integer string conversion"
"""Part of the message of `int()` for a text that is longer than `sys.get_int_max_str_digits()`."""
LONGEST_NUMBER = 640
"""The lowest limit of digits that Python can have."""


def is_about_input(exception: Exception, values: Iterable[str]) -> bool:
    """Return whether one of `values`, texts that the request sent, is the cause of `exception` in a view of Wagtail."""
    if not isinstance(exception, FAMILIES):
        return False
    frames = list(_frames(exception))
    packages = [str(frame.f_globals.get("__name__", "")).partition(".")[0] for frame in frames]
    callers = [package for package in packages if package in OWN_PACKAGES or package.startswith("wagtail")]
    if not callers or callers[-1] in OWN_PACKAGES:
        return False
    sent = {value for value in values if value}
    if isinstance(exception, ValueError) and TOO_MANY_DIGITS in str(exception):
        return any(len(value) > LONGEST_NUMBER for value in sent)
    texts = set(_texts(frames[-1].f_locals.values()))
    if isinstance(exception, ValidationError):
        errors = ValidationError([exception]).error_list  # those of each field, if it is about several
        texts.update(text for error in errors for text in _texts((error.params or {}).values()))
    return bool(sent & texts) or any(repr(value) in str(exception) for value in sent)


def _frames(exception: Exception) -> Iterator[FrameType]:
    step = exception.__traceback__
    while step is not None:
        yield step.tb_frame
        step = step.tb_next


def _texts(values: Iterable[Any]) -> Iterator[str]:
    """Yield the texts among `values`, and those in their tuples, lists and dictionaries: arguments of a function."""
    for value in values:
        if type(value) is str:
            yield value
        elif type(value) in (tuple, list):
            yield from (each for each in value if type(each) is str)
        elif type(value) is dict:
            yield from (each for each in value.values() if type(each) is str)
