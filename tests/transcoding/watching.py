"""Looks at what processing made as a player would: through the playlists, decoded by ffmpeg."""

import array
import cmath
import io
import math
import re
import subprocess

import av
import imageio_ffmpeg
from PIL import Image

from tests import factories
from video_pages.library import paths
from video_pages.library.storage import protected_storage
from video_pages.transcoding import hls, jobs

HEARD_RATE = 8000
PLAYLIST_OPTIONS = {"allowed_extensions": "ALL"}


def processed(clip):
    """Return the VideoFile of the file at `clip` after its job; nothing was known of it before."""
    unknown = {"container": "", "video_codec": "", "audio_codec": "", "pixel_format": "", "duration": 0}
    video_file = factories.make_video_file(clip, ready=False, width=None, height=None, **unknown)
    jobs.submit(video_file)
    jobs.run(video_file.job.pk)
    video_file.refresh_from_db()
    video_file.job.refresh_from_db()
    return video_file


def made(video_file, filename):
    """Return the path on disk of `filename` in the live package."""
    return protected_storage().path(paths.made_name(video_file.uuid, video_file.package, filename))


def segments(video_file, name):
    """Return [(seconds, whether it begins with a key frame, kinds of its streams)] of a rendition in one file."""
    playlist = hls.read(open(made(video_file, f"{name}.m3u8")).read(), size_bytes=2**40)
    with open(made(video_file, f"{name}.mp4"), "rb") as file:
        header, found = file.read(playlist.header_length), []
        for segment in playlist.segments:
            file.seek(segment.offset)
            with av.open(io.BytesIO(header + file.read(segment.length))) as container:
                packets = [(packet.stream.type, packet.is_keyframe) for packet in container.demux() if packet.size]
            begins = next(is_key for kind, is_key in packets if kind == "video")
            found.append((round(segment.seconds, 2), begins, {kind for kind, _is_key in packets}))
    return found


def progressive(video_file):
    return protected_storage().path(video_file.playable_name)


def streams(path):
    """Return {"video": …, "audio": …}: codec contexts of the first stream of each kind, with their sizes and rates."""
    with av.open(str(path)) as container:
        return {
            stream.type: {
                "codec": stream.codec_context.name,
                "size": (stream.codec_context.width, stream.codec_context.height) if stream.type == "video" else None,
                "pixels": stream.codec_context.pix_fmt if stream.type == "video" else None,
                "rate": float(stream.average_rate) if stream.type == "video" else None,
                "channels": stream.codec_context.channels if stream.type == "audio" else None,
            }
            for stream in reversed(container.streams)
            if stream.type in ("video", "audio")
        }


def decode(path):
    """Decode everything in the file or playlist at `path`, from beginning to end; return what ffmpeg complains of."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-allowed_extensions", "ALL", "-i", str(path)]
    return subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, timeout=60).stderr


def frame(path, at_seconds=0.0):
    """Return one frame of the file at `path` as an RGB image."""
    with av.open(str(path)) as container:
        for picture in container.decode(video=0):
            if picture.time >= at_seconds:
                return picture.to_image().convert("RGB")
    raise AssertionError("no such frame")


def silence_ends(path):
    """Return when the first silence of the file at `path` ends, in seconds; 0.0 if it begins with sound."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "info", "-i", str(path), "-vn"]
    command += ["-af", "silencedetect=noise=-50dB:duration=0.2", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60).stderr
    found = re.search(r"silence_start: (-?[\d.]+)[\s\S]*?silence_end: ([\d.]+)", said)
    return float(found[2]) if found and float(found[1]) < 0.1 else 0.0


def middle(image, box=8):
    """Return the mean colour in the middle of `image`."""
    x, y = image.width // 2, image.height // 2
    return image.crop((x - box, y - box, x + box, y + box)).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))


def heard(path, *frequencies):
    """Return, for each channel of the file or playlist at `path`, the list of `frequencies` (hertz) heard in it."""
    is_playlist = str(path).endswith(".m3u8")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *(["-allowed_extensions", "ALL"] if is_playlist else [])]
    command += ["-i", str(path), "-vn", "-t", "1", "-ar", str(HEARD_RATE), "-f", "s16le", "-"]
    with av.open(str(path), options=PLAYLIST_OPTIONS) as container:
        channels = container.streams.audio[0].codec_context.channels
    samples = array.array("h", subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return [
        [frequency for frequency in frequencies if _loudness(samples[channel::channels], frequency) > 0.004]
        for channel in range(channels)
    ]


def _loudness(samples, frequency):
    """Return the share of `frequency` in `samples`, 0 to 1: the size of one coefficient of the Fourier transform."""
    step = -2j * math.pi * frequency / HEARD_RATE
    return abs(sum(sample * cmath.exp(step * n) for n, sample in enumerate(samples))) * 2 / len(samples) / 2**15


def ends(path):
    """Return {"video": …, "audio": …}: when the last packet of each kind in the playlist at `path` ends, in seconds."""
    found = {}
    with av.open(str(path), options=PLAYLIST_OPTIONS) as container:
        for packet in container.demux():
            if packet.pts is not None:
                end = float((packet.pts + packet.duration) * packet.time_base)
                found[packet.stream.type] = max(end, found.get(packet.stream.type, 0))
    return found


def audio_packets(path):
    """Return (start, length, bytes) of each packet of the first sound track at `path`; times in seconds."""
    return packets(path, "audio")


def packets(path, kind):
    """Return (start, length, bytes) of each packet of the first track of `kind` at `path`; times in seconds."""
    with av.open(str(path), options=PLAYLIST_OPTIONS) as container:
        return [
            (float(packet.pts * packet.time_base), float(packet.duration * packet.time_base), bytes(packet))
            for packet in container.demux(**{kind: 0})
            if packet.size
        ]
