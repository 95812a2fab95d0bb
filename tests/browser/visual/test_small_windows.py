"""Every public page in small windows: at 320 pixels, on a phone on its side, and at 200 %."""

import pytest

from tests.browser.sizes import LOW, outside, resize
from tests.browser.visual.public import SCREENS

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = (320, 640)
"""A window of 1280 pixels at 400 % (WCAG 2.2, 1.4.10)."""
CONTENT = "body :is(a, button, input, select, textarea, h1, h2, h3, p, li, dt, dd, img, table)"
CUT_ON_PURPOSE = ("player__", "visually-hidden", "cover__still")
"""Parts of class names: what scrolls or is cut on purpose; the blurred stills are larger than their covers."""


def faults_of(page, size):
    """Return what is wider than the window of `size`, a line each."""
    resize(page, size)
    width = page.evaluate("document.documentElement.scrollWidth")
    wide = [f"{width} pixels wide"] if width > size[0] else []
    return wide + [each for each in outside(page, CONTENT) if not any(name in each for name in CUT_ON_PURPOSE)]


@pytest.mark.soak
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_public_page_is_wider_than_a_small_window(opened, language):
    faults = {}
    for screen in SCREENS:
        with opened(screen, language) as page:
            for size in (NARROW, *LOW):
                faults[screen.name, size] = faults_of(page, size)
    assert {where: found for where, found in faults.items() if found} == {}
