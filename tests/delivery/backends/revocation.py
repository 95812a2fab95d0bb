"""The time after which a backend refuses what is no longer allowed: the promise, and how a test measures it."""

import time

PROMISED_SECONDS = 2.0


def watch_until_refused(backend, address, cookie, *, seconds=30.0):
    """Ask again and again; return the monotonic time at which the last request that was allowed began."""
    return watch_all_until_refused(backend, {"": (address, cookie)}, seconds=seconds)[""]


def watch_all_until_refused(backend, asked, *, seconds=30.0):
    """Ask for each {name: (address, cookie)} until it is refused.

    Return {name: the monotonic time at which the last request that was allowed began, or None}.
    """
    allowed_at, left, deadline = dict.fromkeys(asked), dict(asked), time.monotonic() + seconds
    while left and time.monotonic() < deadline:
        for name, (address, cookie) in list(left.items()):
            began = time.monotonic()
            served = backend.ask(address, cookie=cookie, headers={"Range": "bytes=0-9"})
            if served.status == 403:
                del left[name]
            else:
                assert served.status == 206, name
                allowed_at[name] = began
        time.sleep(0.05)
    assert not left, "still allowed"
    return allowed_at
