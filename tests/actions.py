"""The contract of every action: it refuses a user without the right and changes nothing then, else it acts and logs."""

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import PageLogEntry


def assert_refuses_or_acts(make, video, user, *, is_accepted, state_of, log_action):
    """Execute `make(video, user)`, an action that has something to do, and check its effect; return `is_accepted`.

    `state_of(video)` returns what the action changes. The log must be empty before.
    """
    assert not PageLogEntry.objects.exists()
    before, action = state_of(video), make(video, user)
    if is_accepted:
        assert action.execute() is not False
        assert state_of(video) != before
        entries = PageLogEntry.objects.filter(action=log_action)
        assert [(entry.page_id, entry.user) for entry in entries] == [(video.pk, user)]
    else:
        with pytest.raises(PermissionDenied):
            action.execute()
        assert state_of(video) == before and not PageLogEntry.objects.exists()
    return is_accepted
