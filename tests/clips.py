"""Real clips, drawn by ffmpeg's own sources a second long and kept for one run of the tests, never stored.

Every function returns the path of a file that other tests share: copy it before changing it.
"""

import atexit
import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "64k")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k", "-pix_fmt", "yuv420p")
OPUS = ("-c:a", "libopus", "-b:a", "48k")


@functools.cache
def directory():
    """A directory of this process for what clips are made of; it goes with the process."""
    path = tempfile.mkdtemp(prefix="clips-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return Path(path)


@functools.cache
def drawn():
    """The directory of finished clips, one for all processes of a run."""
    run = os.environ.get("TEST_RUN_DIR")
    path = Path(run) / "clips" if run else directory()
    path.mkdir(parents=True, exist_ok=True)
    return path


@functools.cache
def draw(name, *arguments):
    """Run ffmpeg with `arguments` (inputs and options) and return the path of its output, called like `name`."""
    key = hashlib.sha256(repr(arguments).encode()).hexdigest()[:12]
    target = drawn() / f"{key}-{name}"
    if not target.exists():
        unfinished = drawn() / f"{os.getpid()}-{key}-{name}"  # the name's end tells ffmpeg the format
        run_ffmpeg(*arguments, str(unfinished))
        unfinished.replace(target)
    return target


def run_ffmpeg(*arguments):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
    subprocess.run([*command, *arguments], check=True, timeout=120)


def video(seconds=1, size="320x180", rate=25, source="testsrc2"):
    """Input arguments for moving pictures."""
    return ("-f", "lavfi", "-t", str(seconds), "-i", f"{source}=size={size}:rate={rate}")


def audio(seconds=1):
    """Input arguments for a tone."""
    return ("-f", "lavfi", "-t", str(seconds), "-i", "sine=frequency=440:sample_rate=48000")


def mp4(seconds=1, size="320x180", rate=25):
    """H.264 and AAC in MP4 with the index in front: what browsers play."""
    options = (*H264, *AAC, "-g", str(rate), "-movflags", "+faststart")
    return draw("clip.mp4", *video(seconds, size, rate), *audio(seconds), *options)


def mp4_with_index_at_the_end(seconds=1):
    return draw("late-index.mp4", *video(seconds), *audio(seconds), *H264, *AAC)


def silent_mp4(seconds=1):
    return draw("silent.mp4", *video(seconds), *H264)


def portrait_mp4(seconds=1):
    """320x180 pixels with the mark "turn me by 90 degrees", as phones write it: shown as 180x320."""
    return draw("portrait.mp4", "-display_rotation:v:0", "90", "-i", str(mp4(seconds)), "-c", "copy")


def anamorphic_mp4(seconds=1):
    """320x180 pixels that are twice as wide as high: shown as 640x180."""
    return draw("anamorphic.mp4", *video(seconds), "-vf", "setsar=2/1", *H264)


def mov(seconds=1):
    return draw("clip.mov", *video(seconds), *audio(seconds), *H264, *AAC)


def webm(seconds=1):
    """VP9 and Opus in WebM: what browsers play."""
    return draw("clip.webm", *video(seconds), *audio(seconds), *VP9, *OPUS)


def mkv(seconds=1):
    return draw("clip.mkv", *video(seconds), *audio(seconds), *H264, *AAC)


def avi(seconds=1):
    """MPEG-4 part 2 and MP3 in AVI: browsers don't play it."""
    return draw("clip.avi", *video(seconds), *audio(seconds), "-c:v", "mpeg4", "-c:a", "libmp3lame")


def mxf(seconds=1):
    """MPEG-2 and uncompressed sound in MXF, as editing suites and broadcast cameras give it."""
    return draw("clip.mxf", *video(seconds, "720x576"), *audio(seconds), "-c:v", "mpeg2video", "-c:a", "pcm_s16le")


def wmv(seconds=1):
    return draw("clip.wmv", *video(seconds), *audio(seconds), "-c:v", "wmv2", "-c:a", "wmav2")


def phone_3gp(seconds=1):
    """H.263 and AAC in 3GP, as old phones recorded."""
    sizes = video(seconds, "176x144")
    return draw("clip.3gp", *sizes, *audio(seconds), "-c:v", "h263", "-c:a", "aac", "-ac", "1")


def flv(seconds=1):
    return draw("clip.flv", *video(seconds), *audio(seconds), "-c:v", "flv1", "-ar", "44100", "-c:a", "libmp3lame")


def vob(seconds=1):
    """MPEG-2 and AC-3 in a program stream, as discs hold it."""
    sizes = video(seconds, "720x576")
    return draw("clip.vob", *sizes, *audio(seconds), "-c:v", "mpeg2video", "-c:a", "ac3")


def mpegts(seconds=1):
    return draw("clip.ts", *video(seconds), *audio(seconds), *H264, *AAC)


def hevc(seconds=1):
    options = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1")
    return draw("hevc.mp4", *video(seconds), *options)


def ten_bit_mp4(seconds=1):
    return draw("ten-bit.mp4", *video(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le")


def black_then_bright_mp4(seconds=4):
    """Black for three quarters, then a picture: a poster of the first frame would show nothing."""
    still = ("-f", "lavfi", "-t", str(seconds * 0.75), "-i", "color=black:size=320x180:rate=25")
    joined = "[0:v][1:v]concat=n=2:v=1:a=0,format=yuv420p"
    return draw("late.mp4", *still, *video(seconds * 0.25), "-filter_complex", joined, *H264, "-g", "250")


def audio_only_m4a(seconds=1):
    return draw("sound.m4a", *audio(seconds), *AAC)


def audio_with_cover_mp4(seconds=1):
    """Sound with a still picture attached, as music players write it."""
    cover = draw("cover.jpg", *video(1), "-frames:v", "1")
    inputs = ("-i", str(audio_only_m4a(seconds)), "-i", str(cover), "-map", "0:a", "-map", "1:v")
    return draw("music.mp4", *inputs, "-c", "copy", "-disposition:v:0", "attached_pic")


def many_streams_mp4(streams=20):
    return draw("many.mp4", "-i", str(silent_mp4()), *(("-map", "0:v:0") * streams), "-c", "copy")


# Further files of cameras, phones and editing suites: one clip for each property that processing must set right.


def mirrored_mp4(seconds=1):
    """Pictures with the mark "left and right are exchanged", as phones' front cameras write it."""
    return draw("mirrored.mp4", "-display_hflip", "-i", str(mp4(seconds)), "-c", "copy")


def odd_sized_mkv(seconds=1):
    """321x181 pixels, which no H.264 in 4:2:0 can have."""
    return draw("odd.mkv", *video(seconds, "321x181"), "-c:v", "ffv1")


def interlaced_mp4(seconds=1):
    """Fifty fields a second, the upper ones first."""
    options = ("-vf", "interlace", *H264, "-flags", "+ilme+ildct")
    return draw("interlaced.mp4", *video(seconds, "640x360", 50), *options)


def hdr_mp4(transfer="smpte2084", seconds=1):
    """HEVC of ten bits in BT.2020 with the transfer `smpte2084` (HDR10) or `arib-std-b67` (HLG)."""
    colour = ("-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc")
    color_parameters = f"log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    codec = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", color_parameters)
    return draw("hdr.mp4", *video(seconds, "640x360"), *codec, *colour, "-tag:v", "hvc1")


def full_colour_mp4(seconds=1):
    """H.264 in 4:4:4, as screen recorders write it: browsers don't show it."""
    return draw("444.mp4", *video(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p")


def surround_mkv(seconds=1):
    """Six channels of AC-3."""
    noise = ("-f", "lavfi", "-t", str(seconds), "-i", "anoisesrc=color=pink:sample_rate=48000")
    return draw("surround.mkv", *video(seconds), *noise, "-af", "aformat=channel_layouts=5.1", *H264, "-c:a", "ac3")


def two_languages_mkv(seconds=1):
    """English and German sound: 440 Hz and 880 Hz."""
    high = ("-f", "lavfi", "-t", str(seconds), "-i", "sine=frequency=880:sample_rate=48000")
    maps = ("-map", "0", "-map", "1", "-map", "2")
    named = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger")
    return draw("two.mkv", *video(seconds), *audio(seconds), *high, *maps, *H264, "-g", "25", *AAC, *named)


def late_audio_mkv(seconds=3, late=1):
    """Sound that begins `late` seconds after the pictures."""
    return draw("late-sound.mkv", *video(seconds), "-itsoffset", str(late), *audio(seconds - late), *H264, *AAC)


def late_video_mkv(seconds=3, late=1):
    """Pictures that begin `late` seconds after the sound."""
    return draw("late-pictures.mkv", *audio(seconds), "-itsoffset", str(late), *video(seconds - late), *H264, *AAC)


def one_frame_mp4():
    return draw("one.mp4", *video(1), "-frames:v", "1", *H264)


def variable_rate_mkv(seconds=2):
    """Ten pictures a second at first, then all thirty."""
    chosen = f"select='gt(t,{seconds / 2})+not(mod(n,3))'"
    return draw("variable.mkv", *video(seconds, rate=30), "-vf", chosen, "-fps_mode", "vfr", *H264)


def rate_mp4(rate, seconds=1):
    return draw(f"rate-{rate}.mp4", *video(seconds, "160x90", rate), *H264)


def subtitled_mkv(seconds=3):
    """One text track in English, with markup, and two chapters."""
    words = directory() / "words.srt"
    words.write_text("1\n00:00:00,500 --> 00:00:02,000\n<i>The salt</i> <script>alert(1)</script>lies flat\n")
    marks = directory() / "marks.txt"
    ends = (seconds * 500, seconds * 1000)
    marks.write_text(
        ";FFMETADATA1\n"
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND={ends[0]}\ntitle=Arrival\n"
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={ends[0]}\nEND={ends[1]}\ntitle=<b>Night</b>\n"
    )
    inputs = ("-i", str(mp4(seconds)), "-i", str(words), "-f", "ffmetadata", "-i", str(marks))
    maps = ("-map", "0", "-map", "1", "-map_chapters", "2", "-metadata:s:s:0", "language=eng")
    return draw("subtitled.mkv", *inputs, *maps, "-c", "copy", "-c:s", "srt")


def measured_mp4(seconds=3):
    """A film of a drone: beside its pictures a text track with its place and exposure for each second."""
    words = directory() / "measured.srt"
    words.write_text(
        "".join(
            f"{n + 1}\n00:00:0{n},000 --> 00:00:0{n},900\n"
            f"F/2.8, SS 1/120, ISO 100, EV 0, GPS (7.4474, 46.947{9 - n}, 15), D 1.2m, H 5.2m\n\n"
            for n in range(seconds)
        )
    )
    maps = ("-map", "0:v", "-map", "1", "-c", "copy", "-c:s", "mov_text", "-metadata:s:s:0", "language=eng")
    return draw("measured.mp4", "-i", str(silent_mp4(seconds)), "-i", str(words), *maps)
