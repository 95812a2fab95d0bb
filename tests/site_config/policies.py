"""The content security policy of a response, as a test compares it."""

POLICY = "Content-Security-Policy"


def directives(response):
    """The policy as a dictionary of directive to set of sources."""
    parts = [part.split() for part in response.headers[POLICY].split(";")]
    return {name: set(sources) for name, *sources in parts}
