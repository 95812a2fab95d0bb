"""Fixtures of the tests about delivery."""

import pytest

from video_pages.delivery.confirming import Confirmer, open_videos, verdicts


@pytest.fixture
def own_memory(monkeypatch):
    """Memory of verdicts of the test's own, and no thread: it would not see rows that are not committed."""
    monkeypatch.setattr(Confirmer, "ensure_running", lambda self: None)
    for each in (verdicts, open_videos):
        each.reset()
    yield
    for each in (verdicts, open_videos):
        each.reset()
