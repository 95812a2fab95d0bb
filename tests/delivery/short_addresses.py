"""The delivery backend `redirect` with addresses that end after seconds; a site chooses it by its dotted path."""

from video_pages.delivery.backends.redirect import RedirectBackend


class ShortAddresses(RedirectBackend):
    """Addresses of two seconds."""

    signed_seconds = 2


DOTTED_PATH = f"{__name__}.ShortAddresses"
