"""Count the work of an editor in usual tasks: clicks, fields, typed characters, and the seconds of site and browser.

Chromium does each task from the dashboard on, on a site with one section and a worker beside it. A choice of files in
the window of the system counts as one click, and so do a choice in a list and a place on the bar of a film. The time to
read, to think and to type is not in it. `bench/editing.py --print` writes nothing into the docs.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.browser import TIMEOUT_MS  # noqa: E402
from bench.support import report  # noqa: E402
from bench.support.chromium import chromium  # noqa: E402
from bench.support.hands import Hands  # noqa: E402
from bench.support.site import ROOT, server, temporary_site  # noqa: E402
from deploy import bundles  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME, PASSWORD = "editor", "of-the-editor"  # of the temporary site
OF_SECTION = "eight-red-boats"
FILM = "Film 1"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="#225"/></svg>'
Files = dict[str, list[Path]]
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.000\n{}\n"


def new_section(hands: Hands, title: str, *, password: str = "", is_programme: bool = False) -> None:
    """Make a section in the dialog of the upload screen."""
    hands.click("New section")
    dialog = hands.page.get_by_role("dialog", name="New section")
    hands.type("Title", title, dialog)
    if password:
        hands.fields += 1
        hands.characters += len(password)
        dialog.locator("input[type=password]").fill(password)
    if is_programme:
        hands.tick("This section is a programme", dialog)
    hands.click("Make the section", within=dialog)
    hands.see(f"The section “{title}” is made and chosen.")


def section_with_a_password(hands: Hands, files: Files) -> None:
    hands.click("Upload video", "link")
    new_section(hands, "Client reviews", password=OF_SECTION)


def twelve_films_in_a_programme(hands: Hands, files: Files) -> None:
    hands.click("Upload video", "link")
    hands.give("#id_video_file", *files["films"])
    new_section(hands, "Short films", is_programme=True)
    hands.click("Make 12 videos")
    hands.page.wait_for_url("**/admin/videos/")
    hands.see("12 videos are uploaded and published.")


def seek(hands: Hands, seconds: int) -> None:
    """Go to a place of the film in the page editor."""
    hands.clicks += 1
    video = hands.page.locator("[data-film-video]")
    video.scroll_into_view_if_needed()
    video.hover()
    video.evaluate("(video, seconds) => { video.currentTime = seconds; }", seconds)
    hands.page.wait_for_function("() => !document.querySelector('[data-film-video]').seeking")


def captions_poster_and_chapters(hands: Hands, files: Files) -> None:
    hands.click("Videos", "link")
    hands.click(FILM, "link")
    seek(hands, 1)
    hands.click("This frame as poster")
    hands.see("This frame is the poster now.")
    for number, title in enumerate(("Arrival", "The second day", "Night drive"), 1):
        seek(hands, 2 * number)
        hands.click("New chapter here")
        hands.fields += 1
        hands.characters += len(title)
        hands.page.keyboard.type(title)
    hands.click("More actions")
    hands.click("Publish")
    hands.page.wait_for_load_state()
    for path in files["captions"]:
        if "/captions/" not in hands.page.url:
            hands.click("Videos", "link")
            hands.click(FILM, "link")
            hands.click("Captions and subtitles", "link")
        hands.click("Add a track", "link")
        hands.give("#id_file", path)
        hands.click("Add the track")
        hands.page.wait_for_url("**/captions/")


def own_look(hands: Hands, files: Files) -> None:
    hands.click("Settings")
    hands.click("Site appearance and texts", "link")
    hands.type("Colour", "#1e6fb3")
    hands.tick("Newsreader and Public Sans")
    hands.give("#id_drawing", *files["logo"])
    hands.click("Save")
    hands.see("Site appearance and texts updated.")


def site_in_german(hands: Hands, files: Files) -> None:
    hands.click("Settings")
    hands.click("Site appearance and texts", "link")
    hands.tick("Deutsch")
    hands.click("Save")
    hands.see("Site appearance and texts updated.")


TASKS = {
    "a section with a password": section_with_a_password,
    "twelve films, dropped at once, into a new programme": twelve_films_in_a_programme,
    "a poster, three chapters and two captions for a film": captions_poster_and_chapters,
    "own colour, logo and fonts": own_look,
    "the site's words in German, too": site_in_german,
}


def make_files(folder: Path) -> Files:
    """Draw the files that the tasks need; return them by kind."""
    from video_pages.transcoding import ffmpeg

    first = folder / "Film 1.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=8"]
    codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p"]
    subprocess.run([ffmpeg.binary(), "-v", "error", "-y", *source, *codecs, str(first)], check=True)
    films = [first, *(folder / f"Film {number}.mp4" for number in range(2, 13))]
    for path in films[1:]:
        path.write_bytes(first.read_bytes())
    captions = []
    for name, words in (("lines.en.vtt", "Hello"), ("lines.de.vtt", "Guten Tag")):
        captions.append(folder / name)
        captions[-1].write_text(CAPTIONS.format(words))
    logo = folder / "logo.svg"
    logo.write_text(LOGO)
    return {"films": films, "captions": captions, "logo": [logo]}


@contextlib.contextmanager
def worker(environment: dict[str, str]) -> Iterator[None]:
    """Run a worker beside the site, which draws posters and processes the films."""
    process = subprocess.Popen([sys.executable, "manage.py", "process_videos"], cwd=ROOT, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def sign_in(page: "Page") -> None:
    page.goto("/admin/login/")
    page.fill("#id_username", NAME)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")


def wait_for_worker() -> None:
    """Wait until all films are made: they would take the processor from the next task."""
    command = [sys.executable, "manage.py", "video_status", "--json"]
    while '"queued"' in (said := subprocess.check_output(command, cwd=ROOT, text=True)) or '"processing"' in said:
        time.sleep(1)


def measure(page: "Page", files: Files) -> list[list[str]]:
    """Return the lines of the table: each task, from the dashboard on."""
    rows = []
    for name, task in TASKS.items():
        wait_for_worker()
        page.goto("/admin/")
        page.wait_for_load_state("networkidle")
        hands, began = Hands(page), time.monotonic()
        task(hands, files)
        took = time.monotonic() - began
        rows.append([name, str(hands.clicks), str(hands.fields), str(hands.characters), f"{took:.1f} s"])
        print(*rows[-1], sep="; ", flush=True)
    return rows


def rows_of(address: str, files: Files) -> list[list[str]]:
    """Do the tasks in a browser; return the lines of the table."""
    with chromium() as browser:
        page = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="en").new_page()
        page.set_default_timeout(TIMEOUT_MS)
        sign_in(page)
        return measure(page, files)


def prepare() -> None:
    """Make the bundles and static files, an editor with all rights, and one section."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connections

    from home.models import HomePage
    from video_pages.sections.creating import create_section

    bundles.set_up()
    call_command("collectstatic", interactive=False, verbosity=0)
    user = User.objects.create_superuser(NAME, "", PASSWORD)
    create_section(parent=HomePage.objects.first(), title="Films", user=user, publish=True)
    connections.close_all()


def main(*, is_written: bool) -> None:
    with temporary_site(1, 32) as environment:
        prepare()
        files = make_files(Path(environment["DATA_DIR"]))
        with server(environment) as site, worker(environment):
            rows = rows_of(f"http://127.0.0.1:{site.port}", files)
    measured = report.measured(f"{os.cpu_count()} cores shared by server, worker and browser", with_load=True)
    text = f"{report.table(['', 'clicks', 'fields', 'characters', 'site and browser'], rows)}\n\n{measured}"
    report.write("editing", text, is_written=is_written)


if __name__ == "__main__":
    main(is_written="--print" not in sys.argv)
