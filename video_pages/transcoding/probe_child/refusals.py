"""Why a file is not taken."""


class Refused(Exception):
    """The file is no video that this site takes; the first argument is the code, the second a detail."""

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
