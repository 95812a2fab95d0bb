"""The pages that list others, and what they send."""

LISTS = ("/", "/search/?q=acme", "/search/?q=film", "/sitemap.xml", "/videos/", "/no-such-page/")


def shown(client, *addresses):
    """Return the whole content of the pages at `addresses`."""
    return "".join(client.get(address).content.decode() for address in addresses)
