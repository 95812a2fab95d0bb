"""The section and the videos of the demo, and the pages of a site that still belong to it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.transcoding import demo

INDEX_SLUG = "videos"
INDEX_TITLE = "Videos"
INDEX_INTRO = "<p>Three short films to try the house with. Each opens with its own password.</p>"


@dataclass(frozen=True)
class DemoVideo:
    """The page of one demo video, and the clip that it shows."""

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


def demo_sections() -> QuerySet[VideoIndexPage]:
    """Return the demo's section as a queryset; empty once it has been edited."""
    return VideoIndexPage.objects.filter(slug=INDEX_SLUG, title=INDEX_TITLE, intro=INDEX_INTRO, owner=None)


def demo_videos() -> QuerySet[VideoPage]:
    """Return the demo's videos as a queryset, without those that were renamed."""
    named = Q()
    for video in VIDEOS:
        named |= Q(slug=video.slug, title=video.title)
    return VideoPage.objects.filter(named, owner=None)
