"""Clips whose sound is out of the ordinary: short, late, with a hole, of many channels or tracks. See `clips`."""

import math
import struct

from tests import clips

PCM = ("-c:a", "pcm_s16le")


def tone(seconds, frequency=440):
    """Input arguments for a tone of `frequency` hertz."""
    return ("-f", "lavfi", "-t", str(seconds), "-i", f"sine=frequency={frequency}:sample_rate=48000")


def silence(seconds):
    """Input arguments for nothing to be heard, in one channel."""
    return ("-f", "lavfi", "-t", str(seconds), "-i", "anullsrc=channel_layout=mono:sample_rate=48000")


def short_audio_mp4(seconds=8, ends=3):
    """Pictures that browsers show, whose sound, which they play, ends at `ends`."""
    h264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
    return clips.draw("short-sound.mp4", *clips.video(seconds, "160x90"), *tone(ends), *h264, *clips.AAC)


def short_video_mp4(seconds=8, ends=2):
    """Sound of `seconds` under pictures that end before it: a title card, or a recording that went on."""
    h264 = (*clips.H264, "-g", "25", "-movflags", "+faststart")
    return clips.draw("short-pictures.mp4", *clips.video(ends, "160x90"), *tone(seconds), *h264, *clips.AAC)


def still_mp4(seconds=9):
    """One picture, and `seconds` of sound."""
    one = clips.video(0.04, "160x90", rate=25)
    return clips.draw("still.mp4", *one, *tone(seconds), *clips.H264, *clips.AAC)


def holed_audio_mkv(seconds=8, hole=(3, 5)):
    """AAC of which the packets in `hole` (seconds) are missing, as a recorder that lost its line leaves it."""
    drop = f"noise=drop=between(pts*tb\\,{hole[0]}\\,{hole[1]})"
    source = clips.draw("whole.mkv", *clips.video(seconds, "160x90"), *tone(seconds), *clips.H264, *clips.AAC)
    return clips.draw("holed.mkv", "-i", str(source), "-c", "copy", "-bsf:a", drop)


def ambisonic_mkv(seconds=2):
    """A tone that comes from the left, in first-order ambisonics as cameras for all directions record it."""
    samples = [round(12_000 * math.sin(n * math.tau * 440 / 48_000)) for n in range(seconds * 48_000)]
    raw = clips.directory() / "ambisonic.pcm"
    raw.write_bytes(b"".join(struct.pack("<4h", sample, sample, 0, 0) for sample in samples))
    inputs = ("-f", "s16le", "-ar", "48000", "-ch_layout", "ambisonic 1", "-i", str(raw))
    opus = ("-c:a", "libopus", "-mapping_family", "2")
    return clips.draw("ambisonic.mkv", *clips.video(seconds, "160x90"), *inputs, *clips.H264, *opus)


def many_channels_mkv(channels, seconds=1):
    """So many channels of which nobody says what they are, a tone in the last of them."""
    quiet = b"\0\0" * (channels - 1)
    samples = (round(12_000 * math.sin(n * math.tau * 440 / 48_000)) for n in range(seconds * 48_000))
    raw = clips.directory() / f"channels-{channels}.pcm"
    raw.write_bytes(b"".join(quiet + struct.pack("<h", sample) for sample in samples))
    inputs = ("-f", "s16le", "-ar", "48000", "-ac", str(channels), "-i", str(raw))
    return clips.draw("channels.mkv", *clips.video(seconds, "160x90"), *inputs, *clips.H264, *PCM)


def broken_audio_mkv(seconds=2):
    """AC-3 whose packets hold noise: no decoder gives a sound for any of it."""
    source = clips.draw("ac3.mkv", *clips.video(seconds, "160x90"), *tone(seconds), *clips.H264, "-c:a", "ac3")
    return clips.draw("broken.mkv", "-i", str(source), "-c", "copy", "-bsf:a", "noise=amount=1")


def unknown_audio_mov(seconds=2):
    """Sound in a codec that nothing here knows, as new phones write beside the one that all players know."""
    source = clips.draw("known.mov", *clips.video(seconds, "160x90"), *tone(seconds), *clips.H264, *PCM)
    target = clips.directory() / "unknown.mov"
    target.write_bytes(source.read_bytes().replace(b"sowt", b"zzzz"))
    return target


def tracks(*heard, name="tracks.mkv", codec=PCM, channels=1, seconds=2, options=()):
    """A film with a sound track for each of `heard`: a tone of that many hertz, or silence for 0."""
    inputs = [word for hertz in heard for word in (tone(seconds, hertz) if hertz else silence(seconds))]
    maps = [word for number in range(len(heard) + 1) for word in ("-map", str(number))]
    video = ("-c:v", "mpeg2video") if name.endswith("mxf") else clips.H264
    size = "720x576" if name.endswith("mxf") else "160x90"
    made = (*clips.video(seconds, size), *inputs, *maps, *video, *codec, "-ac", str(channels))
    return clips.draw(name, *made, *options)
