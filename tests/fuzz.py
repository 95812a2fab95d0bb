"""Common parts of the property-based tests: their settings, and strategies for hostile input."""

import os

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st

LONG_NUMBERS = ("9" * 20, "9" * 4301, str(2**63), "0" * 5000 + "1")
ODD_NUMBERS = ("-1", "1e9", "0x10", "1_0", "\u0665", "\u00b2", "NaN")
ODD_TEXTS = ("", " ", "\0", "\ud800", "\x7f", "None", "..", "x" * 300)


TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
"""How many times the usual number of inputs are tried: `make soak` tries more."""


def fuzzed(examples):
    """Return the decorator of a test that is given `examples` inputs, the same ones in each run."""
    settings = hypothesis.settings(
        max_examples=examples * TIMES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    return lambda test: pytest.mark.fuzzed(settings(test))


def texts(alphabet=None, *, encoding="utf-8"):
    """Texts of all kinds; of those that `encoding` can write."""
    if alphabet is None:
        alphabet = st.characters(codec=encoding)
    anything = st.text(alphabet, max_size=60)
    known = [text for text in (*LONG_NUMBERS, *ODD_NUMBERS, *ODD_TEXTS) if _can_be_written(text, encoding)]
    return st.one_of(anything, st.sampled_from(known), st.integers().map(str))


def headers():
    """Values that a header can have: a server decodes them as Latin-1 and keeps no line break."""
    return texts(st.characters(codec="latin-1", exclude_characters="\r\n\0"), encoding="latin-1")


def _can_be_written(text, encoding):
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def json_values():
    """Values of JSON, numbers of hundreds of digits among them."""
    plain = st.one_of(
        st.none(),
        st.booleans(),
        st.floats(),
        st.integers(min_value=-(10**420), max_value=10**420),
        st.sampled_from([10**400, -(10**400), 1e308]),
        st.text(max_size=20),
    )
    nested = st.recursive(plain, lambda inner: st.lists(inner, max_size=4), max_leaves=8)
    pairs = st.lists(st.lists(plain, min_size=2, max_size=2), min_size=1, max_size=3)
    return st.one_of(
        nested,
        st.dictionaries(st.sampled_from(["ranges", "referrer", "x"]), nested, max_size=3),
        st.fixed_dictionaries({"ranges": pairs}),
    )
