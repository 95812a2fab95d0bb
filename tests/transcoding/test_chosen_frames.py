"""The frame that an editor chooses as the poster: exactly the one that a player shows, drawn from the source."""

import datetime as dt
import errno
import io

import av
import pytest
from django.utils import timezone
from PIL import Image, ImageChops, ImageStat

from tests import clips, factories
from video_pages.library import local_files, posters
from video_pages.library.storage import StorageAway, protected_storage
from video_pages.models import ChosenFrame, VideoFile
from video_pages.transcoding import chosen_frames, sandbox
from video_pages.transcoding.probe import probe
from video_pages.transcoding.workspace import workspace

pytestmark = pytest.mark.django_db


def frames_of(clip):
    """Return [(seconds from the beginning of the earliest track, picture)] of the frames of a clip."""
    with av.open(str(clip)) as container:
        start = (container.start_time or 0) / 1_000_000
        return [(frame.time - start, frame.to_image()) for frame in container.decode(video=0)]


def difference(one, other):
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


def number_of(picture, frames):
    """Return the number of the frame that looks like `picture`."""
    return min(range(len(frames)), key=lambda number: difference(picture, frames[number][1]))


def drawn(clip, *positions):
    """Return the pictures that are drawn of `clip` at `positions` in seconds."""
    facts, pictures = probe(clip), []
    with workspace(clip) as space:
        for place, seconds in enumerate(positions):
            target = space.out / f"{place}.jpg"
            chosen_frames.draw_shown_frame(space, facts, target, at_seconds=seconds)
            with Image.open(target) as picture:
                picture.load()
            pictures.append(picture)
    return pictures


@pytest.mark.parametrize(
    "draw",
    [clips.mp4, clips.mkv, clips.avi, clips.mpegts, clips.webm, clips.variable_rate_mkv, clips.late_video_mkv],
)
def test_the_frame_is_the_last_one_that_begins_at_or_before_the_position(draw):
    frames = frames_of(draw())
    wanted = [0, len(frames) // 2, len(frames) - 1]
    starts = [max(0.0, frames[number][0]) for number in wanted]
    assert [number_of(picture, frames) for picture in drawn(draw(), *starts)] == wanted
    within = [start + 0.6 * (frames[number + 1][0] - start) for number, start in zip(wanted[:2], starts, strict=False)]
    assert [number_of(picture, frames) for picture in drawn(draw(), *within)] == wanted[:2]


def test_a_frame_far_from_the_key_frame_before_it_is_found():
    film = clips.draw("one key frame.mp4", *clips.video(8, "160x90", 5), *clips.H264, "-g", "1000")
    frames = frames_of(film)
    assert number_of(drawn(film, frames[37][0])[0], frames) == 37


def test_a_position_after_the_last_frame_gives_the_last_frame():
    frames = frames_of(clips.mp4())
    assert number_of(drawn(clips.mp4(), 5.0)[0], frames) == len(frames) - 1


@pytest.fixture
def film():
    return factories.make_video_file(clips.mp4(), duration=1.0, frame_rate=25.0)


def poster_of(film):
    film.refresh_from_db()
    with protected_storage().open(film.poster_name) as file:
        return Image.open(io.BytesIO(file.read()))


def state():
    return ChosenFrame.objects.get().state


def test_the_worker_makes_the_chosen_frame_the_poster_with_a_still_of_it(film):
    chosen_frames.choose(film, 0.48)
    assert state() == "waiting" and not film.has_poster
    assert chosen_frames.draw_next() is True
    assert state() == "done" and chosen_frames.draw_next() is False
    assert number_of(poster_of(film), frames_of(clips.mp4())) == 12
    assert film.poster_is_chosen and film.still.startswith("data:image/webp;base64,")


def test_a_newer_choice_takes_the_place_of_one_that_waits_or_is_being_drawn(film, monkeypatch):
    chosen_frames.choose(film, 0.2)
    chosen_frames.choose(film, 0.4)
    draw = chosen_frames.draw_shown_frame

    def draw_slowly(*arguments, **options):
        monkeypatch.setattr(chosen_frames, "draw_shown_frame", draw)
        chosen_frames.choose(VideoFile.objects.get(pk=film.pk), 0.8)
        draw(*arguments, **options)

    monkeypatch.setattr(chosen_frames, "draw_shown_frame", draw_slowly)
    chosen_frames.draw_next()
    film.refresh_from_db()
    assert state() == "waiting" and not film.has_poster
    chosen_frames.draw_next()
    assert number_of(poster_of(film), frames_of(clips.mp4())) == 20


@pytest.mark.parametrize("seconds", [-0.1, 2.5, float("nan"), float("inf")])
def test_a_position_outside_the_film_is_refused(film, seconds):
    with pytest.raises(chosen_frames.NoSuchPosition):
        chosen_frames.choose(film, seconds)
    assert not ChosenFrame.objects.exists()


def test_no_frame_is_chosen_while_an_earlier_source_plays(film):
    VideoFile.objects.filter(pk=film.pk).update(package_version=1, source_version=2)
    film.refresh_from_db()
    with pytest.raises(chosen_frames.NotPlaying):
        chosen_frames.choose(film, 0.4)


def test_a_source_that_was_replaced_meanwhile_keeps_its_own_poster(film, monkeypatch):
    chosen_frames.choose(film, 0.4)
    draw = chosen_frames.draw_shown_frame

    def replace(*arguments, **options):
        draw(*arguments, **options)
        VideoFile.objects.filter(pk=film.pk).update(source_version=2)

    monkeypatch.setattr(chosen_frames, "draw_shown_frame", replace)
    chosen_frames.draw_next()
    film.refresh_from_db()
    assert state() == "failed" and not film.has_poster


def test_a_missing_source_fails_and_leaves_the_poster(film):
    chosen_frames.choose(film, 0.4)
    protected_storage().remove_now(film.file.name)
    assert chosen_frames.draw_next() is True
    assert state() == "failed" and not film.has_poster


def test_a_worker_that_is_told_to_end_leaves_the_frame_to_another(film):
    chosen_frames.choose(film, 0.4)
    sandbox.stop_children()
    try:
        assert chosen_frames.draw_next() is False
    finally:
        sandbox.allow_children()
    assert state() == "waiting" and ChosenFrame.objects.get().attempt == 0
    assert chosen_frames.draw_next() is True and state() == "done"


def test_the_frame_of_a_dead_worker_is_taken_up_again_until_it_has_ended_three(film):
    chosen_frames.choose(film, 0.4)
    now = timezone.now()
    ChosenFrame.objects.update(state="drawing", attempt=1, lease_until=now + dt.timedelta(minutes=1))
    assert chosen_frames.draw_next() is False
    ChosenFrame.objects.update(lease_until=now - dt.timedelta(minutes=1))
    assert chosen_frames.draw_next() is True and state() == "done"
    ChosenFrame.objects.update(state="drawing", attempt=3, lease_until=now - dt.timedelta(minutes=1))
    assert chosen_frames.draw_next() is False and state() == "failed"


@pytest.mark.parametrize("error", [StorageAway("no answer"), OSError(errno.ENOSPC, "no room")])
def test_while_the_storage_is_away_or_the_disk_full_a_frame_waits_without_an_attempt(film, monkeypatch, error):
    chosen_frames.choose(film, 0.4)

    def fail(*_arguments):
        raise error

    with monkeypatch.context() as away:
        away.setattr(local_files, "local_copy", fail)
        assert chosen_frames.draw_next() is False
    row = ChosenFrame.objects.get()
    assert (row.state, row.attempt) == ("waiting", 0) and row.lease_until > timezone.now() + dt.timedelta(seconds=20)
    assert chosen_frames.draw_next() is False and state() == "waiting"
    ChosenFrame.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert chosen_frames.draw_next() is True and state() == "done"


def test_the_lease_is_renewed_while_the_source_is_fetched(film, monkeypatch):
    chosen_frames.choose(film, 0.4)
    monkeypatch.setattr(chosen_frames, "RENEW_SECONDS", 0)
    fetch, leases = local_files.local_copy, []

    def fetch_slowly(name, on_tick=None):
        ChosenFrame.objects.update(lease_until=timezone.now())
        on_tick()
        leases.append(ChosenFrame.objects.get().lease_until)
        return fetch(name, on_tick)

    monkeypatch.setattr(local_files, "local_copy", fetch_slowly)
    assert chosen_frames.draw_next() is True and state() == "done"
    assert leases[0] > timezone.now() + dt.timedelta(minutes=4)


def test_a_fetch_ends_when_another_frame_is_chosen(film, monkeypatch):
    chosen_frames.choose(film, 0.2)
    monkeypatch.setattr(chosen_frames, "RENEW_SECONDS", 0)

    def fetch_slowly(_name, on_tick=None):
        chosen_frames.choose(VideoFile.objects.get(pk=film.pk), 0.8)
        on_tick()
        raise AssertionError("the fetch goes on")

    with monkeypatch.context() as slow:
        slow.setattr(local_files, "local_copy", fetch_slowly)
        chosen_frames.draw_next()
    assert state() == "waiting" and ChosenFrame.objects.get().attempt == 0
    chosen_frames.draw_next()
    assert number_of(poster_of(film), frames_of(clips.mp4())) == 20


def test_a_source_without_a_name_fails_and_ends_no_worker(film):
    chosen_frames.choose(film, 0.4)
    VideoFile.objects.filter(pk=film.pk).update(file="")
    assert [chosen_frames.draw_next() for _ in range(3)] == [False, False, True]
    assert state() == "failed"


def test_a_file_that_is_deleted_while_its_frame_is_drawn_ends_no_worker(film, monkeypatch):
    chosen_frames.choose(film, 0.4)
    use_image = posters.use_image

    def delete_first(video_file, *arguments, **options):
        VideoFile.objects.get(pk=film.pk).delete()
        return use_image(video_file, *arguments, **options)

    monkeypatch.setattr(posters, "use_image", delete_first)
    chosen_frames.draw_next()
    assert not ChosenFrame.objects.exists()
