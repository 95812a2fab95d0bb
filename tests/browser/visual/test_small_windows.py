"""Every public page in small windows: at 320 pixels, on a phone on its side, and at 200 %."""

import pytest

from tests.browser.sizes import LOW, outside, resize
from tests.browser.visual.public import SCREENS

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = (320, 640)
"""A window of 1280 pixels at 400 % (WCAG 2.2, 1.4.10)."""
CONTENT = "body :is(a, button, input, select, textarea, h1, h2, h3, p, li, dt, dd, img, table)"
MAY_SCROLL = ("player__", "visually-hidden")


def faults_of(page, size):
    """Return what is wider than the window of `size`, a line each."""
    resize(page, size)
    width = page.evaluate("document.documentElement.scrollWidth")
    wide = [f"{width} pixels wide"] if width > size[0] else []
    return wide + [each for each in outside(page, CONTENT) if not any(name in each for name in MAY_SCROLL)]


@pytest.mark.soak
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_public_page_is_wider_than_a_small_window(opened, language):
    faults = {}
    for screen in SCREENS:
        with opened(screen, language) as page:
            for size in (NARROW, *LOW):
                faults[screen.name, size] = faults_of(page, size)
    assert {where: found for where, found in faults.items() if found} == {}
