"""The site that `bench/pages.py` asks: a section of twelve films with pictures, and the browsers that ask."""

import dataclasses
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wagtail.images.models import AbstractImage

STILL = "data:image/webp;base64," + "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=" * 4
FILMS = 12
TOKEN = "a" * 32  # of the form; Django compares the cookie's with the field's


@dataclasses.dataclass(frozen=True)
class PageToAsk:
    """One line of the table: its name, the request, and the status that it must have."""

    name: str
    path: str
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    method: str = "GET"
    body: str = ""
    status: int = 200


def wrong_password(path: str) -> PageToAsk:
    """Return the PageToAsk that posts a wrong password at `path`, from a limited address."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={TOKEN}",
        "X-Forwarded-For": "192.0.2.7",
    }
    body = f"password=not-the-password&csrfmiddlewaretoken={TOKEN}"
    return PageToAsk("a wrong password of a limited client", path, headers, "POST", body, 429)


def picture(number: int) -> "AbstractImage":
    """An uploaded thumbnail."""
    from django.core.files.base import ContentFile
    from PIL import Image as Pillow
    from wagtail.images import get_image_model

    buffer = io.BytesIO()
    Pillow.new("RGB", (1280, 720), (number * 20 % 255, 90, 120)).save(buffer, "JPEG")
    return get_image_model().objects.create(
        title=f"Picture {number}", file=ContentFile(buffer.getvalue(), name=f"picture-{number}.jpg")
    )


def make() -> list[PageToAsk]:
    """Make the pages and unlock one of them; return the PageToAsk of each line."""
    from tests import factories
    from video_pages.library.models import VideoFile
    from video_pages.models import VideoPage

    section = factories.make_section("Films", show_in_menus=True)
    factories.make_section("Lectures", show_in_menus=True)
    films = []
    for number in range(FILMS):
        thumbnail = picture(number) if number % 3 == 0 else None
        films.append(factories.make_video(f"Film {number}", section=section, thumbnail=thumbnail))
    VideoFile.objects.update(still=STILL)
    locked, unlocked, opened, guarded = films[1], films[2], films[4], films[5]
    VideoPage.objects.filter(pk=opened.pk).update(open_to_everyone=True)
    viewer = factories.browser(SERVER_NAME="127.0.0.1")
    if factories.unlock(viewer, unlocked).status_code != 303:
        raise SystemExit("The bench's own browser could not unlock its video.")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in viewer.cookies.items())
    guesser = factories.browser(SERVER_NAME="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.7")
    guesser.cookies["csrftoken"] = TOKEN
    while factories.unlock(guesser, guarded, "not-the-password").status_code != 429:
        pass
    return [
        PageToAsk("home page, 6 films", "/"),
        PageToAsk("section, 12 films", section.url),
        PageToAsk("locked page", locked.url),
        PageToAsk("player page of an unlocked film", unlocked.url, {"Cookie": cookies}),
        PageToAsk("player page of an open film", opened.url),
        PageToAsk("search page without words", "/search/"),
        wrong_password(guarded.url),
    ]
