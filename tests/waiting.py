"""Wait for a condition: no test waits for a time that suffices on an idle machine."""

import time


def wait_for(condition, seconds=60, what="waited in vain"):
    """Wait until `condition()` is true and return its value; fail after `seconds` with `what`, a text or a function."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, what() if callable(what) else what
        time.sleep(0.05)
    return value


def becomes(condition, seconds=30.0):
    """Wait until `condition()` is true; return whether it became true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
