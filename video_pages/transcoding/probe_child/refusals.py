"""The exception for a file that is refused."""


class ProbeRefused(Exception):
    """The file is not a video that this site accepts; the first argument is the code, the second a detail."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(code, detail)
