"""The tests of the search index make it follow each page at once, as the site does."""

import pytest


@pytest.fixture(autouse=True)
def indexed(indexed_at_once):
    """See `indexed_at_once`."""
