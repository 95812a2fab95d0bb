"""Pages that a test opens, each in a browser of its own."""

import contextlib

from tests import factories

# How long a page may take to come to what a test expects, in milliseconds, for example after an upload.
WAIT_MS = 60_000

DEVICES = {
    "desktop": {"viewport": {"width": 1280, "height": 960}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


@contextlib.contextmanager
def visiting(chromium, address, *, notes_console=True, **always):
    """Yield the function of the fixture `visit` for the site at `address`; `always` are options of each context.

    Without `notes_console`, `page.complaints` has uncaught exceptions alone.
    """
    contexts = []

    def open_page(path, *, device="desktop", user=None, has_clock=False, **options):
        context = chromium.new_context(base_url=address, **DEVICES[device], **always, **options)
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        if user:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": address}])
        page = context.new_page()
        if has_clock:
            page.clock.install()
        page.complaints = []
        if notes_console:
            page.on("console", lambda message: _note(page, message))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def session_of(user):
    """The session cookie of a browser that has signed in as `user`.

    The form of the login and the dashboard behind it take as long as most tests; `test_main_job.py` uses them.
    """
    return factories.browser(user).cookies["sessionid"].value


def _note(page, message):
    # That a page was answered with 403, 404 or 429 is what some tests ask for, and no fault of the page.
    if message.type == "error" and "the server responded with a status of" not in message.text:
        page.complaints.append(message.text)
