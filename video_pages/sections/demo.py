"""What the demo consists of, and which pages of a site are the demo's still."""

from dataclasses import dataclass

from django.db.models import Q

from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.transcoding import demo

INDEX_SLUG = "videos"
INDEX_TITLE = "Videos"
INDEX_INTRO = "<p>Three short films to try the house with. Each opens with its own password.</p>"


@dataclass(frozen=True)
class DemoVideo:
    slug: str
    title: str
    description: str
    clip: demo.Clip


VIDEOS = (
    DemoVideo(
        "mandelbrot",
        "Mandelbrot, a descent",
        "<p>Twelve seconds down into the valley of the seahorses. Every coast has a smaller coast on it, and "
        "none of them ends.</p>",
        demo.MANDELBROT,
    ),
    DemoVideo(
        "game-of-life",
        "The game of life",
        "<p>John Conway’s two rules of 1970 on a small torus: what is alone dies, what is crowded dies, and "
        "three make a fourth. The embers are those who have just left.</p>",
        demo.GAME_OF_LIFE,
    ),
    DemoVideo(
        "colour-bars",
        "Projection test",
        "<p>Bars for the colours, a ramp for the greys, a line that crosses the screen in four seconds and a "
        "tone at each full second: if line and tone agree, so do picture and sound.</p>",
        demo.COLOUR_BARS,
    ),
)


def demo_sections():
    """Return the demo's section, as a queryset: none once somebody has made another one of it."""
    return VideoIndexPage.objects.filter(slug=INDEX_SLUG, title=INDEX_TITLE, intro=INDEX_INTRO, owner=None)


def demo_videos():
    """Return the demo's videos, as a queryset, without those that somebody has renamed."""
    named = Q()
    for video in VIDEOS:
        named |= Q(slug=video.slug, title=video.title)
    return VideoPage.objects.filter(named, owner=None)
