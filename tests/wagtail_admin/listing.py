"""The list of videos in the admin, read from its page."""

import html
import re

ADDRESS = "/admin/videos/"


def rows(response):
    """Return {title: text of the row} of the listing."""
    found = {}
    for row in re.findall(r"<tr.*?</tr>", response.content.decode(), re.S):
        words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", row)).split())
        title = re.search(r'title-wrapper.*?<a href="[^"]*/edit/"[^>]*>\s*(.*?)\s*</a>', row, re.S)
        if title:
            found[html.unescape(re.sub(r"<[^>]*>", "", title[1])).strip()] = words
    return found


def titles(client, **parameters):
    return list(rows(client.get(ADDRESS, parameters)))
