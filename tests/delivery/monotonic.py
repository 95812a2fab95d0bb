"""A clock that a test moves."""


class Monotonic:
    """A clock that a test moves."""

    seconds = 1000.0

    def __call__(self):
        return self.seconds
