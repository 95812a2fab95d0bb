"""Packages live and dead: what visitors are given while a film is made again, replaced, interrupted or deleted."""

import datetime as dt
import os

import pytest
from django.core.files import File
from django.utils import timezone

from tests import clips, factories
from tests.library.working import run_again
from tests.transcoding import watching
from video_pages.library import (
    disk_files,
    packages,
    paths,
    posters,
    removal,
    services,
)
from video_pages.library.results import NotRegularFile
from video_pages.library.storage import GRACE, protected_storage
from video_pages.models import DiscardedFile, Rendition, VideoFile
from video_pages.transcoding import encode, ffmpeg, hls, jobs, pipeline, sandbox, storyboard
from video_pages.transcoding.models import State

pytestmark = pytest.mark.django_db


def folders(video_file):
    """The packages that lie on disk."""
    of_file = protected_storage().path(os.path.dirname(paths.directory(video_file.uuid, 1)))
    return {name for name in os.listdir(of_file) if paths.PACKAGE.fullmatch(name)}


def is_stored(name):
    return protected_storage().exists(name)


def process_again(video_file):
    job = jobs.submit(video_file)
    state = jobs.run(job.pk)
    video_file.refresh_from_db()
    return state


def replace(video_file, clip):
    with open(clip, "rb") as file:
        services.replace_source(video_file, File(file, name="new.mp4"))
    video_file.refresh_from_db()


def remove_what_is_discarded():
    removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))


def fail(*args, **options):
    raise ffmpeg.FfmpegFailed("no")


def test_a_package_made_again_takes_the_others_place_and_the_other_goes_later():
    video_file = watching.processed(clips.mp4())
    before = video_file.package
    assert process_again(video_file) == State.READY
    assert video_file.package != before
    assert folders(video_file) == {before, video_file.package}, "viewers of the old one are still watching"
    remove_what_is_discarded()
    assert folders(video_file) == {video_file.package}
    assert set(Rendition.objects.values_list("package", flat=True)) == {video_file.package}


def test_while_a_film_is_made_again_visitors_keep_what_they_have(monkeypatch):
    video_file = watching.processed(clips.mp4())
    before = video_file.package
    seen = []

    def look(*args, **options):
        seen.append(VideoFile.objects.get(pk=video_file.pk).package)
        return real(*args, **options)

    real = encode.encode_ladder
    monkeypatch.setattr(pipeline.encode, "encode_ladder", look)
    process_again(video_file)
    assert seen == [before]


def test_the_poster_that_an_editor_chose_outlives_another_processing_and_not_another_source():
    video_file = watching.processed(clips.mp4())
    posters.choose_frame(video_file, 1)
    with protected_storage().open(video_file.poster_name) as poster:
        chosen = poster.read()
    process_again(video_file)
    with protected_storage().open(video_file.poster_name) as poster:
        assert poster.read() == chosen
    replace(video_file, clips.black_then_bright_mp4())
    process_again(video_file)
    assert (video_file.poster_version, video_file.poster_is_chosen) == (2, False)


def test_a_film_plays_before_its_smaller_sizes_are_made(monkeypatch):
    seen = []

    def look(*args, **options):
        video_file = VideoFile.objects.get()
        seen.append((video_file.is_playable, list(video_file.renditions.values_list("name", flat=True))))
        return real(*args, **options)

    real = encode.encode_ladder
    monkeypatch.setattr(pipeline.encode, "encode_ladder", look)
    watching.processed(clips.mkv())
    assert seen == [(True, ["source", "copy"])]


def test_a_ladder_that_fails_leaves_what_plays_and_is_tried_again(monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(pipeline.encode, "encode_ladder", fail)
        video_file = watching.processed(clips.mkv())
    assert video_file.job.state == State.QUEUED and video_file.is_playable
    assert run_again(video_file) == State.READY
    remove_what_is_discarded()
    assert folders(video_file) == {video_file.package}


def test_a_job_that_ends_before_its_package_is_live_leaves_no_file_of_it(monkeypatch):
    monkeypatch.setattr(pipeline.packages, "go_live", fail)
    video_file = watching.processed(clips.avi())
    assert video_file.job.state == State.QUEUED and not video_file.package
    assert folders(video_file) == set()
    assert list(os.scandir(os.path.join(protected_storage().location, "work"))) == []


def test_a_replaced_film_goes_on_showing_the_old_one_until_the_new_one_plays():
    video_file = watching.processed(clips.avi())
    package, film = video_file.package, video_file.playable_name
    replace(video_file, clips.webm())
    assert (video_file.package, video_file.playable_name) == (package, film)
    remove_what_is_discarded()
    assert is_stored(film)
    jobs.submit(video_file)
    assert jobs.run(video_file.job.pk) == State.READY
    video_file.refresh_from_db()
    assert video_file.package not in ("", package)
    remove_what_is_discarded()
    assert folders(video_file) == {video_file.package}
    assert is_stored(video_file.file.name) and is_stored(video_file.playable_name)


def test_the_film_that_visitors_see_outlives_its_source_and_goes_with_the_new_film():
    video_file = watching.processed(clips.mp4())
    shown = video_file.playable_name
    replace(video_file, clips.avi())
    remove_what_is_discarded()
    assert video_file.playable_name == shown and is_stored(shown)
    jobs.submit(video_file)
    jobs.run(video_file.job.pk)
    remove_what_is_discarded()
    assert not is_stored(shown)


def test_what_was_made_of_a_source_replaced_meanwhile_never_goes_live():
    video_file = watching.processed(clips.mp4())
    before = video_file.package
    package = packages.new_package()
    replace(video_file, clips.avi())
    assert not packages.go_live(video_file, package, [], version=1, progressive_name="")
    video_file.refresh_from_db()
    assert video_file.package == before


def test_a_deleted_film_takes_everything_along():
    video_file = watching.processed(clips.mp4())
    of_file = protected_storage().path(os.path.dirname(paths.directory(video_file.uuid, 1)))
    video_file.delete()
    protected_storage().delete(video_file.file.name)
    remove_what_is_discarded()
    assert not os.path.exists(of_file)


def test_a_package_that_is_live_is_not_removed_though_it_was_marked():
    video_file = watching.processed(clips.mp4())
    packages.discard(video_file, video_file.package)
    remove_what_is_discarded()
    assert folders(video_file) == {video_file.package}


def test_a_worker_whose_claim_is_gone_stops_and_leaves_nothing(monkeypatch):
    real = encode.encode_ladder

    def lose(space, facts, rungs, sounds, *, on_tick, on_share):
        jobs.ProcessingJob.objects.update(worker="another")
        on_tick._next = 0
        return real(space, facts, rungs, sounds, on_tick=on_tick, on_share=on_share)

    monkeypatch.setattr(pipeline.encode, "encode_ladder", lose)
    slow = clips.draw("slow.avi", *clips.video(6, "1280x720"), "-c:v", "mpeg4")
    video_file = watching.processed(slow)
    assert video_file.job.state == State.PROCESSING and video_file.job.worker == "another"
    assert folders(video_file) == set() and not video_file.package


@pytest.mark.parametrize("what", ["link", "second name", "pipe"])
def test_nothing_but_a_plain_file_is_taken_out_of_a_workspace(what, tmp_path):
    video_file = factories.make_video_file()
    secret = protected_storage().path(video_file.file.name)
    planted = tmp_path / "720p.mp4"
    if what == "link":
        planted.symlink_to(secret)
    elif what == "second name":
        os.link(secret, planted)
    else:
        os.mkfifo(planted)
    with pytest.raises(NotRegularFile):
        packages.keep_file(video_file, packages.new_package(), "720p.mp4", planted)
    left = [paths.package_directory(video_file.uuid, name) for name in folders(video_file)]
    assert not any(os.listdir(protected_storage().path(folder)) for folder in left)


def test_a_file_that_is_exchanged_while_it_is_read_is_not_taken(tmp_path):
    video_file, package = factories.make_video_file(), packages.new_package()
    film = tmp_path / "720p.mp4"
    film.write_bytes(b"checked")

    def exchange():
        film.unlink()
        film.symlink_to(protected_storage().path(video_file.file.name))

    with pytest.raises(OSError, match="was replaced while"):
        packages.keep_file(video_file, package, "720p.mp4", film, on_tick=exchange)
    assert os.listdir(protected_storage().path(paths.package_directory(video_file.uuid, package))) == []
    assert is_stored(video_file.file.name)


@pytest.mark.parametrize("name", ["", "..", "../x", "abc", "ABCDEF012345", "0123456789abc", "0123456789a/"])
def test_names_of_packages_are_checked_before_a_path_is_made(name):
    with pytest.raises(ValueError, match="package"):
        paths.package_directory(factories.make_video_file().uuid, name)


@pytest.mark.parametrize(
    "name", ["", ".mp4", "../a.mp4", "a/b.mp4", "a.exe", "A.mp4", "a.mp4.", "a\n.mp4", "x" * 60 + ".mp4"]
)
def test_names_of_files_are_checked_before_a_path_is_made(name):
    with pytest.raises(ValueError, match="file in a package"):
        paths.made_name(factories.make_video_file().uuid, "0123456789ab", name)


def test_a_film_stopped_at_the_last_moment_does_not_go_live(monkeypatch):
    real = pipeline.packages.go_live

    def stop_first(video_file, package, renditions, **options):
        jobs.cancel(video_file, by=factories.make_superuser())
        return real(video_file, package, renditions, **options)

    monkeypatch.setattr(pipeline.packages, "go_live", stop_first)
    video_file = watching.processed(clips.avi())
    assert video_file.job.state == State.FAILED and not video_file.package
    assert folders(video_file) == set()


def test_a_form_that_was_open_for_long_takes_no_film_off_the_air():
    video_file = factories.make_video_file(clips.avi(), ready=False, container="", video_codec="")
    stale = VideoFile.objects.get(pk=video_file.pk)
    jobs.submit(video_file)
    jobs.run(video_file.job.pk)
    stale.title = "A new title"
    stale.save()
    replace(stale, clips.mkv())
    video_file.refresh_from_db()
    assert (video_file.title, video_file.source_version) == ("A new title", 2)
    assert video_file.package and video_file.is_playable and video_file.poster_version == 1


def test_what_killed_workers_left_behind_goes_with_the_next_processing():
    video_file = watching.processed(clips.mp4())
    left = packages.new_package()
    packages.keep_text(video_file, left, "master.m3u8", "#EXTM3U")
    process_again(video_file)
    remove_what_is_discarded()
    assert folders(video_file) == {video_file.package}


def test_a_stray_mark_stops_no_other():
    video_file = watching.processed(clips.mp4())
    stray = protected_storage().path("backup/2024/film.mp4")
    os.makedirs(os.path.dirname(stray))
    open(stray, "w").close()
    protected_storage().delete("backup/2024/film.mp4")
    packages.discard(video_file, packages.new_package())
    remove_what_is_discarded()
    assert not os.path.exists(stray) and os.path.isdir(os.path.dirname(stray))
    assert not DiscardedFile.objects.exists()


def test_what_is_known_of_an_old_film_s_pictures_does_not_outlive_it(monkeypatch):
    video_file = watching.processed(clips.mp4())
    assert video_file.has_storyboard
    replace(video_file, clips.mkv())
    monkeypatch.setattr(pipeline.encode, "encode_ladder", fail)
    monkeypatch.setattr(storyboard, "draw", fail)
    monkeypatch.setattr(pipeline.companions, "draw_images", fail)
    process_again(video_file)
    assert video_file.package_version == 2
    assert (video_file.has_storyboard, video_file.frame_count) == (False, 0)


def test_rows_name_only_files_that_stay():
    video_file = watching.processed(clips.interlaced_mp4())
    process_again(video_file)
    remove_what_is_discarded()
    for rendition in video_file.renditions.all():
        name = paths.made_name(video_file.uuid, rendition.package, paths.media_of(rendition.name))
        assert is_stored(name), rendition.name


@pytest.mark.all_frames
def test_a_film_of_which_nothing_smaller_is_made_has_a_storyboard_too():
    options = (*clips.H264, "-crf", "51", "-movflags", "+faststart")
    video_file = watching.processed(clips.draw("small.mp4", *clips.video(2), *options))
    assert {row.name for row in video_file.renditions.all()} == {"source", "copy"}
    assert video_file.has_storyboard and video_file.frame_count == 8


def test_a_large_file_is_moved_with_the_lease_renewed_meanwhile(tmp_path, monkeypatch):
    monkeypatch.setattr(disk_files, "BLOCK_BYTES", 1000)
    path, ticks = tmp_path / "film.mp4", []
    path.write_bytes(bytes(4500))
    size, _digest = packages.keep_file(
        factories.make_video_file(), packages.new_package(), "film.mp4", path, on_tick=lambda: ticks.append(1)
    )
    assert (size, len(ticks)) == (4500, 5)


def test_a_ladder_that_takes_too_long_is_not_begun_again_by_itself(monkeypatch):
    def take_long(*args, **options):
        raise sandbox.TookTooLong("stopped")

    monkeypatch.setattr(pipeline.encode, "encode_ladder", take_long)
    video_file = watching.processed(clips.avi())
    assert video_file.job.state == State.FAILED and "longer than this site allows" in video_file.job.reason


def test_a_disk_that_is_full_is_a_failure_of_ours(monkeypatch):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pipeline.packages, "keep_file", full)
    video_file = watching.processed(clips.avi())
    assert video_file.job.state == State.QUEUED and video_file.job.reason
    assert folders(video_file) == set()


def test_the_ladder_is_ended_by_its_processor_time(monkeypatch):
    monkeypatch.setattr(encode, "wall_seconds", lambda facts: 1)
    monkeypatch.setattr(encode.os, "cpu_count", lambda: 1)
    real = encode.ffmpeg.run

    def without_clock(arguments, **options):
        is_ladder = "-filter_complex" in arguments
        assert not is_ladder or options["cpu_seconds"] == 1
        return real(arguments, **{**options, **({"wall_seconds": 60} if is_ladder else {})})

    monkeypatch.setattr(encode.ffmpeg, "run", without_clock)
    slow = clips.draw("slow.avi", *clips.video(6, "1280x720"), "-c:v", "mpeg4")
    video_file = watching.processed(slow)
    assert video_file.job.state == State.FAILED and "longer than this site allows" in video_file.job.reason
    assert folders(video_file) == set()


def test_a_poster_that_an_editor_chose_and_whose_file_is_gone_is_made_again():
    video_file = watching.processed(clips.mp4())
    posters.choose_frame(video_file, 1)
    os.remove(protected_storage().path(video_file.poster_name))
    assert process_again(video_file) == State.READY
    assert is_stored(video_file.poster_name) and not video_file.poster_is_chosen


def test_a_file_that_is_discarded_again_has_its_grace_anew():
    storage = protected_storage()
    storage.delete("backup/film.mp4")
    DiscardedFile.objects.update(marked_at=timezone.now() - 2 * GRACE)
    storage.delete("backup/film.mp4")
    assert DiscardedFile.objects.get().marked_at > timezone.now() - GRACE
    assert removal.remove_discarded() == 0


def test_bits_a_second_that_no_column_holds_are_kept_as_the_most_it_holds(tmp_path):
    (tmp_path / "720p.mp4").write_bytes(b"film")
    playlist = hls.MediaPlaylist(10, (hls.Segment(0.001, 2**40, 10),))
    made = packages.MadeRendition("720p", "video", tmp_path / "720p.mp4", playlist=playlist)
    video_file, package = factories.make_video_file(), packages.new_package()
    row = packages.keep_rendition(video_file, package, made)
    row.save()
    row.refresh_from_db()
    assert row.bandwidth == row.average_bandwidth == packages.MAX_BIT_RATE
