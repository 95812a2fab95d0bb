"""The cost of pages for a browser with an empty cache: their bytes, and how far their layout moves while they load."""

import pytest

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MOST_BYTES = 250_000
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


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_home_page_and_locked_page_are_light_and_do_not_move(visit, transactional_db, device):
    film = factories.make_real_video("Salt flats")
    for path in ("/", film.url):
        sent, shift = visit(path, device=device).evaluate(LOADED)
        assert 10_000 < sent < MOST_BYTES, path
        assert shift < MOST_SHIFT, path
