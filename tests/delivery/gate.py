"""A question of nginx at `/stream-gate/`: its address, its secret, and the time at which it is asked."""

import pytest

GATE = "/stream-gate/"
SECRET = "0123456789abcdef0123456789abcdef"
ASKED = "1000000000.250"


@pytest.fixture(autouse=True)
def gate(settings):
    """A site behind nginx, for each test of a module that takes it."""
    settings.DELIVERY, settings.GATE_SECRET = "nginx", SECRET
