"""A step that the worker repeats in a thread of its own, and the pace of a step of the main thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class RepeatedStep:
    """`step()` is called again and again, with a pause of `seconds`; `name` is that of its thread."""

    name: str
    step: Callable[[], object]
    seconds: float


class AtMostEvery:
    """Calls `work` at the first call and then at most once in `seconds`."""

    def __init__(self, seconds: float, work: Callable[[], object]) -> None:
        self._seconds, self._work, self._next = seconds, work, 0.0

    def __call__(self) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._seconds
            self._work()
