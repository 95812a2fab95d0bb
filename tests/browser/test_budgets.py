"""The cost of pages for a browser with an empty cache: their bytes, and how far their layout moves while they load."""

import pytest

from tests import factories
from tests.home import block_pages
from video_pages.access import passwords
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MOST_BYTES = 250_000  # as in bench/budgets.py, which measures the first paint, too: a busy machine has no say there
MOST_BYTES_OF_PLAYER = 300_000  # with the first bytes of the film
MOST_SHIFT = 0.001
"""Of the window: a pixel of a word while a font takes the place of its stand-in."""
LOADED = """async () => {
  await document.fonts.ready;
  const shifts = await new Promise((done) => {
    const observer = new PerformanceObserver((list) => done(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    setTimeout(done, 500, []);
  });
  const files = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
  const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);
  return [sum(files.map(({ transferSize }) => transferSize)), sum(shifts.map(({ value }) => value))];
}"""


@pytest.fixture
def pages(transactional_db):
    """Return the addresses of one of each kind of page, by name; "player" opens without a password."""
    section = factories.make_section("Films")
    programme = factories.make_section("An evening", is_programme=True)
    film = factories.make_real_video("Salt flats", section=section)
    opened = factories.make_real_video("Open to all", section=programme, password=None)
    passwords.set_open(opened, True)
    return {
        "home": "/",
        "section": section.url,
        "programme": programme.url,
        "locked": film.url,
        "player": opened.url,
    }


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_pages_are_light_and_do_not_move(visit, pages, device):
    page = visit(next(iter(pages.values())), device=device)
    found = {name: costs(page, address) for name, address in pages.items()}
    section, film = (type_.objects.first() for type_ in (VideoIndexPage, VideoPage))
    block_pages.home_with(*block_pages.every_block(film, section, block_pages.make_image()))
    found["home of blocks"] = costs(page, "/")
    for name, (sent, shift) in found.items():
        assert 10_000 < sent < (MOST_BYTES_OF_PLAYER if name == "player" else MOST_BYTES), name
        assert shift < MOST_SHIFT, name


def costs(page, address):
    """Return (bytes over the line, shift of the layout) of the page at `address` with an empty cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    page.goto(address)
    return page.evaluate(LOADED)
