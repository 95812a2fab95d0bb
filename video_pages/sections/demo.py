"""The sections and the videos of the demo, and the pages of a site that still belong to it.

Its texts are in the language of the site; `gettext_lazy` marks them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from video_pages.core.all_languages import in_all_languages
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.transcoding import demo

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CAPTIONED_IN = ("en", "de")
"""Languages of captions beside that of the site: the first that is another one."""


@dataclass(frozen=True)
class DemoVideo:
    """The page of one demo video, and the clip that it shows.

    `chapters` are (second, title), `cues` are (second, text) of captions in two languages, each until the next begins.
    `facts` are columns of FilmFacts, which everyone sees.
    """

    slug: str
    title: "StrOrPromise"
    description: "StrOrPromise"
    clip: demo.Clip
    is_open: bool = False
    chapters: Sequence[tuple[int, "StrOrPromise"]] = ()
    cues: Sequence[tuple[int, "StrOrPromise"]] = ()
    facts: Mapping[str, "StrOrPromise | int"] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoSection:
    """One section of the demo. In a programme, the password of the section opens all videos, else each has its own.

    `interval_after` is the number of the film that the programme's interval follows.
    """

    slug: str
    title: "StrOrPromise"
    intro: "StrOrPromise"
    videos: Sequence[DemoVideo]
    is_programme: bool = False
    interval_after: int = 0


INDEX = DemoSection(
    "videos",
    _("Videos"),
    _("<p>Films for a first try. The trailer is open to everyone; each of the others has its own password.</p>"),
    (
        DemoVideo(
            "mandelbrot",
            _("Mandelbrot, a descent"),
            _(
                "<p>Twelve seconds down into the valley of the seahorses. Every coast has a smaller coast on it, and "
                "none of them ends.</p>"
            ),
            demo.MANDELBROT,
            chapters=((0, _("The whole set")), (4, _("The valley")), (8, _("Seahorses"))),
            cues=(
                (0, _("(A low chord)")),
                (1, _("This is all of it: one rule, asked again and again.")),
                (5, _("Black is where the answer stays small for ever.")),
                (9, _("And on every coast there is a smaller coast.")),
            ),
        ),
        DemoVideo(
            "game-of-life",
            _("The game of life"),
            _(
                "<p>John Conway’s two rules of 1970 on a small torus: what is alone dies, what is crowded dies, and "
                "three make a fourth. The embers are those who have just left.</p>"
            ),
            demo.GAME_OF_LIFE,
        ),
        DemoVideo(
            "colour-bars",
            _("Projection test"),
            _(
                "<p>Bars for the colours, a ramp for the greys, a line that crosses the screen in four seconds and a "
                "tone at each full second: if line and tone agree, so do picture and sound.</p>"
            ),
            demo.COLOUR_BARS,
        ),
        DemoVideo(
            "trailer",
            _("Trailer"),
            _("<p>A few seconds of the programme, open to everyone.</p>"),
            demo.TRAILER,
            is_open=True,
            facts={
                "year": 2026,
                "director": _("The demo of this site"),
                "country": _("Wherever this computer stands"),
                "language": _("No dialogue"),
                "age_rating": _("All ages"),
                "content_notes": _("Moving patterns"),
                "premiere": _("On this computer, a moment ago"),
                "film_credits": _("Pictures: ffmpeg\nMusic: two sine waves"),
            },
        ),
    ),
)
PROGRAMME = DemoSection(
    "short-films",
    _("An evening of short films"),
    _("<p>A programme: one password opens all of it, and one film follows the other, with an interval.</p>"),
    (
        DemoVideo("fifths", _("Fifths"), _("<p>Two tones, three to two, drawn as they sound.</p>"), demo.FIFTHS),
        DemoVideo("beats", _("Beats"), _("<p>Two tones that nearly agree.</p>"), demo.BEATS),
        DemoVideo(
            "rule-110",
            _("Rule 110"),
            _("<p>Each line follows from the one above it, and nobody can say what comes without drawing it.</p>"),
            demo.RULE_110,
        ),
    ),
    is_programme=True,
    interval_after=2,
)
SECTIONS = (INDEX, PROGRAMME)
VIDEOS = tuple(video for section in SECTIONS for video in section.videos)


def demo_sections() -> QuerySet[VideoIndexPage]:
    """Return the demo's sections as a queryset, without those that were edited."""
    made = Q()
    for section in SECTIONS:
        title, intro = in_all_languages(section.title), in_all_languages(section.intro)
        made |= Q(slug=section.slug, title__in=title, intro__in=intro)
    return VideoIndexPage.objects.filter(made, owner=None)


def demo_videos() -> QuerySet[VideoPage]:
    """Return the demo's videos as a queryset, without those that were renamed."""
    named = Q()
    for video in VIDEOS:
        named |= Q(slug=video.slug, title__in=in_all_languages(video.title))
    return VideoPage.objects.filter(named, owner=None)
