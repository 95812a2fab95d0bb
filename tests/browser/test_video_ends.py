"""A film plays to its end, however long its sound is: the browser says so, and nothing waits for ever."""

import pytest
from playwright.sync_api import expect

from tests import audio_clips, clips, factories
from tests.browser.player import START, choose, open_video_page, seconds, video_of, wait_for_seconds, wait_until
from tests.transcoding import watching

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def forty_seconds():
    """Sound that ends five seconds before the pictures: two whole segments would be without any."""
    video = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
    inputs = (*clips.video(40, "160x90"), *audio_clips.tone(35))
    return clips.draw("forty.mp4", *inputs, *video, *clips.AAC)


def short_tail():
    """A last segment of a fifth of a second, in which no sound is left."""
    video = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "100", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
    inputs = (*clips.video(8.2, "160x90"), *audio_clips.tone(7.95))
    return clips.draw("tail.mp4", *inputs, *video, *clips.AAC)


def watch_from(visit, clip, moment):
    """Process `clip`, seek to `moment` in the site's player and return the page once the film has ended."""
    video_file = watching.processed(clip)
    page = open_video_page(visit, factories.make_video(video_file=video_file))
    page.click(START)
    wait_for_seconds(page, 0.2)
    assert not video_of(page, "video.currentSrc").endswith("source"), "it plays the renditions"
    page.evaluate(
        """moment => {
            const video = document.getElementById("player");
            video.addEventListener("ended", () => { video.dataset.ended = video.currentTime; });
            video.playbackRate = 4;
            video.currentTime = moment;
        }""",
        moment,
    )
    wait_until(page, lambda: video_of(page, "video.dataset.ended"), "the film does not end", attempts=150)
    assert seconds(page) == pytest.approx(video_file.duration, abs=0.3)
    assert page.complaints == []
    return page


@pytest.mark.parametrize(
    ("clip", "moment"),
    [(forty_seconds, 31), (short_tail, 5)],
)
def test_a_film_ends(visit, clip, moment):
    watch_from(visit, clip(), moment)


def test_of_several_unnamed_sounds_one_may_be_chosen(visit):
    video_file = watching.processed(audio_clips.tracks(440, 880, channels=2, seconds=12))
    page = open_video_page(visit, factories.make_video(video_file=video_file))
    page.click(START)
    wait_for_seconds(page, 0.2)
    button = page.locator("[data-player-menu=audio] > button")
    expect(button).to_have_text("Sound 1")
    choose(page, "audio", "Sound 2")
    expect(button).to_have_text("Sound 2")
    assert "audio-2" in dict(page.media)
    assert page.complaints == []
