"""The numbers that the dashboard shows."""

import re


def numbers(client):
    """Return {kind: number} as the dashboard shows them."""
    answer = client.get("/admin/").content.decode()
    found = re.findall(r'<li data-figure="(\w+)">(.*?)</li>', answer, re.S)
    return {kind: int(re.search(r">\s*([\d,]+) ", shown)[1].replace(",", "")) for kind, shown in found}
