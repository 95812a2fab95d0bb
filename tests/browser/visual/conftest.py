"""The fixed site, made once for a module, and a function that draws its screens."""

import contextlib

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Error, TimeoutError
from wagtail.users.models import UserProfile

from home.languages import visitor_language
from tests import shared_data
from tests.browser.visits import WAIT_MS
from tests.browser.visual import demo, pictures
from tests.browser.visual.answers import NOW, ORIGIN, Answers, at_the_moment

own_media_roots = shared_data.media_of_module
IDLE_MS = 10_000
# A film with the controls of the browser shows an arc while it loads, at another place each time.
LOAD = """() => {
  for (const video of document.querySelectorAll("video[controls]")) {
    video.preload = "auto";
    video.load();
  }
}"""
LOADED = (
    '() => [...document.querySelectorAll("video[controls]")].every((video) => video.readyState >= 3 || video.error)'
)


@contextlib.contextmanager
def changed(rows, site):
    """Have the rows of the fixed site as `rows(site)` changes them, until the block ends."""
    with transaction.atomic():
        if rows:
            with at_the_moment():
                rows(site)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def site(own_media_roots, django_db_setup, django_db_blocker, chromium):
    """The rows of the fixed site. The browser first: it decides in which context connections are kept."""
    with shared_data.rows(django_db_blocker), at_the_moment(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DELIVERS_MAIL", True)
        made = demo.make()
        visitor_language.forget_offered()
        yield made
    visitor_language.forget_offered()


@pytest.fixture
def opened(chromium, bundled, site, db):
    """A function: `opened(screen, language)` is a context with the page of the screen, after what is done before."""

    @contextlib.contextmanager
    def open_page(screen, language):
        is_admin = screen.name.startswith("admin-")
        if is_admin:
            UserProfile.objects.update_or_create(user=site.user, defaults={"preferred_language": language})
        answers = Answers(user=site.user if is_admin else None, language=language)
        context = chromium.new_context(base_url=ORIGIN, locale=language, timezone_id="UTC", bypass_csp=True)
        context.set_default_timeout(WAIT_MS)
        context.route("**/*", answers)
        try:
            with screen.around(), changed(screen.rows, site):
                page = context.new_page()
                page.clock.set_fixed_time(NOW)
                page.set_viewport_size({"width": pictures.WIDTHS[0], "height": pictures.HEIGHT})
                page.goto(screen.at(site))
                screen.before(page)
                with contextlib.suppress(TimeoutError):  # the upload screen goes on asking
                    page.wait_for_load_state("networkidle", timeout=IDLE_MS)
                if answers.failed and not screen.is_error:
                    raise Error(f"the site failed at {', '.join(answers.failed)}")
                yield page
        finally:
            context.close()

    return open_page


@pytest.fixture
def drawn(opened):
    """A function: `drawn(screen, language)` yields (Picture, WebP file) of the screen at each width and theme."""

    def draw(screen, language, **options):
        with opened(screen, language) as page:
            page.evaluate(LOAD)
            page.wait_for_function(LOADED)
            yield from pictures.draw(page, screen.name, language, hidden=screen.hidden, **options)

    return draw
