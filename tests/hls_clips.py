"""Videos with a real package, as processing leaves them: two renditions, playlists, storyboard, captions, chapters.

The files are made by ffmpeg once a session and copied for each video.
"""

import functools
import hashlib
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile

from tests import clips, factories
from video_pages.library import paths
from video_pages.library.models import Rendition, VideoFile
from video_pages.library.storage import protected_storage
from video_pages.library.text_models import Cue, TextTrack

SECONDS = 12
SIZES = {"360p": (640, 360), "180p": (320, 180)}
BANDWIDTHS = {"360p": 900_000, "180p": 300_000}
CODECS = "avc1.64001e,mp4a.40.2"
CHAPTERS = [(0, "Arrival"), (4, "The second day"), (8, "Night drive")]
FIRST_PACKAGE = "0123456789ab"


@functools.cache
def rendition(name, *, with_audio=True, seconds=SECONDS):
    """Draw the rendition `name` of SIZES; return the directory with `<name>.m3u8` and `<name>.mp4`."""
    width, height = SIZES[name]
    inputs = (*clips.video(seconds, f"{width}x{height}"), *(clips.audio(seconds) if with_audio else ()))
    kinds = (*clips.H264, "-profile:v", "high", "-pix_fmt", "yuv420p", *(clips.AAC if with_audio else ()))
    return _hls(name, inputs, (*kinds, "-g", "100", "-keyint_min", "100", "-sc_threshold", "0"))


@functools.cache
def sound(name, frequency):
    """Draw a rendition of sound alone, a tone of `frequency` hertz."""
    tone = f"sine=frequency={frequency}:sample_rate=48000"
    return _hls(name, ("-f", "lavfi", "-t", str(SECONDS), "-i", tone), clips.AAC)


def _hls(name, inputs, options):
    """Draw both files of a rendition, once for all processes of a run."""
    folder = clips.drawn() / f"hls-{name}-{hashlib.sha256(repr((inputs, options)).encode()).hexdigest()[:12]}"
    if not folder.exists():
        unfinished = Path(tempfile.mkdtemp(dir=clips.drawn()))
        hls = ("-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4")
        one_file = ("-hls_flags", "single_file", "-hls_segment_filename", str(unfinished / f"{name}.mp4"))
        clips.run_ffmpeg(*inputs, *options, *hls, *one_file, str(unfinished / f"{name}.m3u8"))
        try:
            unfinished.rename(folder)
        except OSError:  # another process was faster
            shutil.rmtree(unfinished)
    return folder


@functools.cache
def storyboard_sheet():
    """Draw twelve small pictures, one for each second, in one."""
    pictures = clips.video(SECONDS, "160x90", rate=1)
    return clips.draw("sheet.jpg", *pictures, "-vf", "tile=4x3", "-frames:v", "1")


def storyboard_map():
    """Return the WebVTT that says where in the sheet each second stands."""
    lines = ["WEBVTT\n"]
    for second in range(SECONDS):
        column, row = second % 4, second // 4
        span = f"00:00:{second:02}.000 --> 00:00:{second + 1:02}.000"
        lines.append(f"{span}\nstoryboard-1.jpg#xywh={column * 160},{row * 90},160,90\n")
    return "\n".join(lines)


def master_playlist(package, *, names=tuple(SIZES), languages=()):
    """Return the text of the master playlist; `languages` are pairs of tag and name with sound of their own."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for number, (tag, label) in enumerate(languages, 1):
        first = "YES" if number == 1 else "NO"
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="{label}",LANGUAGE="{tag}",DEFAULT={first},AUTOSELECT=YES,'
            f'URI="../{package}/audio-{number}.m3u8"'
        )
    for name in names:
        width, height = SIZES[name]
        group = ',AUDIO="sound"' if languages else ""
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={BANDWIDTHS[name]},RESOLUTION={width}x{height},"
            f'CODECS="{CODECS}",FRAME-RATE=25.000{group}'
        )
        lines.append(f"../{package}/{name}.m3u8")
    return "\n".join(lines) + "\n"


def add_package(video_file, package, *, languages=(), seconds=SECONDS):
    """Put a whole package on protected storage and make it the one that visitors get."""
    parts = [(name, rendition(name, with_audio=not languages, seconds=seconds)) for name in SIZES]
    parts += [(f"audio-{n}", sound(f"audio-{n}", 220 * n)) for n in range(1, len(languages) + 1)]
    files = {f"{name}.{kind}": made / f"{name}.{kind}" for name, made in parts for kind in ("mp4", "m3u8")}
    contents = {name: path.read_bytes() for name, path in files.items()}
    contents[paths.MASTER_PLAYLIST] = master_playlist(package, languages=languages).encode()
    contents[paths.storyboard_sheet(1)] = Path(storyboard_sheet()).read_bytes()
    contents[paths.STORYBOARD_MAP] = storyboard_map().encode()
    folder = paths.package_directory(video_file.uuid, package)
    for name, content in contents.items():
        protected_storage().save(f"{folder}/{name}", ContentFile(content))
    for name, (width, height) in SIZES.items():
        Rendition.objects.create(
            video_file=video_file,
            package=package,
            kind=Rendition.Kind.VIDEO,
            name=name,
            codecs=CODECS,
            width=width,
            height=height,
            frame_rate=25,
            bandwidth=BANDWIDTHS[name],
        )
    video_file.save()
    # Saving leaves what visitors are given alone.
    given = {"package": package, "has_storyboard": True, "has_alternate_audio": bool(languages)}
    VideoFile.objects.filter(pk=video_file.pk).update(**given)
    video_file.refresh_from_db()


def make_packaged_video(title="Salt flats, second cut", *, languages=(), seconds=SECONDS, **options):
    """Return a video page of twelve seconds that plays adaptively, with English captions and three chapters."""
    source = clips.mp4(SECONDS, "640x360")
    video_file = factories.make_video_file(source, duration=float(seconds), width=640, height=360)
    video_file.chapters = [{"start_seconds": start, "title": name} for start, name in CHAPTERS]
    add_package(video_file, FIRST_PACKAGE, languages=languages, seconds=seconds)
    for language, label in (("en", "English"), ("de", "Deutsch")):
        track = TextTrack.objects.create(video_file=video_file, language=language, label=label)
        for start in range(0, SECONDS, 2):
            words = f"{label}: second {start}"
            Cue.objects.create(track=track, start_ms=start * 1000, end_ms=start * 1000 + 1900, text=words)
    return factories.make_video(title, video_file=video_file, **options)


def remove_package(video_file, package):
    """Take the files of `package` off protected storage, as when a newer one is live for long enough."""
    shutil.rmtree(Path(settings.PROTECTED_ROOT) / paths.package_directory(video_file.uuid, package))
