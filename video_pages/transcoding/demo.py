"""Short clips for the demo, made by ffmpeg's own sources of video and audio."""

from dataclasses import dataclass
from pathlib import Path

from video_pages.transcoding import ffmpeg
from video_pages.transcoding.sandbox import OnTick
from video_pages.transcoding.workspace import Workspace

SECONDS = 12
SHORT_SECONDS = 6
"""Length of the clips that are drawn and processed in a second or two each."""
DRAW_SECONDS = 300
"""Time limit of one clip on a slow machine; two cores of today need about ten seconds."""

# Grey values become night blue, the colour of a lamp, and the colour of paper.
NIGHT_TO_PAPER = (
    "format=gray,gblur=sigma=0.6,format=gbrp,curves="
    "r='0/0.05 0.3/0.07 0.5/0.16 0.65/0.78 0.85/0.99 1/1'"
    ":g='0/0.05 0.3/0.13 0.5/0.36 0.65/0.62 0.85/0.93 1/0.98'"
    ":b='0/0.07 0.3/0.24 0.5/0.47 0.65/0.5 0.85/0.83 1/0.94'"
)


def _fade(seconds: float) -> str:
    """Return the volume of a clip of `seconds`, as an expression of ffmpeg's `aevalsrc`."""
    return f"min(1,t/1.5)*min(1,({seconds}-t)/1.5)"


# A square of thin lines in the middle of a dark screen.
SCOPE = f"{NIGHT_TO_PAPER},pad=640:360:140:0:color=0x0d0d12"


@dataclass(frozen=True)
class Clip:
    """ffmpeg's source filters for the video of a clip, the graph from them to `[v]`, and an expression of its audio.

    A graph that draws the sound has it as the input after those of the video.
    """

    video: tuple[str, ...]
    graph: str
    audio: str
    seconds: float = SECONDS


def _pluck(frequency_hz: float, every_seconds: float, offset_seconds: float, level: float) -> str:
    """Return a plucked note that repeats, as an expression of ffmpeg's `aevalsrc`."""
    age = f"mod(t+{offset_seconds},{every_seconds})"
    return f"{level}*min(1,{age}/0.008)*exp(-4*{age})*sin(2*PI*{frequency_hz}*t)"


CHORD = "+".join(
    f"{level}*sin(2*PI*{frequency_hz}*t)"
    for frequency_hz, level in ((110, 0.12), (164.81, 0.08), (220, 0.06), (277.18, 0.04))
)
NOTES = "+".join(
    _pluck(*note)
    for note in ((329.63, 0.5, 0, 0.14), (440, 0.75, 0.17, 0.12), (246.94, 1.25, 0.4, 0.12), (164.81, 2, 0.9, 0.14))
)

MANDELBROT = Clip(
    video=(
        "mandelbrot=size=960x540:rate=25:maxiter=400:start_x=-0.743643887037151:start_y=-0.131825904205330"
        f":start_scale=2.4:end_scale=0.004:end_pts={SECONDS * 25}:inner=black",
    ),
    graph=f"[0:v]{NIGHT_TO_PAPER}[v]",
    audio=f"({CHORD})*(0.75+0.25*sin(2*PI*0.25*t))*{_fade(SECONDS)}",
)
GAME_OF_LIFE = Clip(
    video=(
        "life=size=160x90:rate=12:mold=12:ratio=0.3:seed=1970"
        ":life_color=0xfff1dc:death_color=0xd9622f:mold_color=0x15110f",
    ),
    graph="[0:v]scale=1280:720:flags=neighbor,fps=24[v]",
    audio=f"({NOTES})*{_fade(SECONDS)}",
)
COLOUR_BARS = Clip(
    video=("smptehdbars=size=1280x720:rate=25", "color=white:size=6x720:rate=25"),
    graph="[0:v][1:v]overlay=x='mod(t*W/4,W)':y=0[v]",
    audio="0.2*sin(2*PI*660*t)*lt(mod(t,1),0.09)",
)
TRAILER = Clip(
    video=(
        "mandelbrot=size=640x360:rate=25:maxiter=300:start_x=-0.16:start_y=1.0405:start_scale=1.6:end_scale=0.02"
        f":end_pts={SHORT_SECONDS * 25}:inner=black",
    ),
    graph=f"[0:v]{NIGHT_TO_PAPER}[v]",
    audio=f"(0.14*sin(2*PI*220*t)+0.1*sin(2*PI*329.63*t))*{_fade(SHORT_SECONDS)}",
    seconds=SHORT_SECONDS,
)
FIFTHS = Clip(
    video=(),
    graph=f"[0:a]avectorscope=size=360x360:rate=25:mode=lissajous_xy:draw=line:scale=lin:zoom=3,{SCOPE}[v]",
    audio=f"0.25*sin(2*PI*220*t)*{_fade(SHORT_SECONDS)}|0.25*sin(2*PI*330.25*t)*{_fade(SHORT_SECONDS)}",
    seconds=SHORT_SECONDS,
)
BEATS = Clip(
    video=(),
    graph=f"[0:a]avectorscope=size=360x360:rate=25:mode=lissajous:draw=line:scale=lin:zoom=3,{SCOPE}[v]",
    audio=f"0.25*sin(2*PI*220*t)*{_fade(SHORT_SECONDS)}|0.25*sin(2*PI*220.7*t)*{_fade(SHORT_SECONDS)}",
    seconds=SHORT_SECONDS,
)
RULE_110 = Clip(
    video=("cellauto=size=160x90:rate=12:rule=110:random_seed=110:random_fill_ratio=0.5:scroll=1",),
    graph=f"[0:v]scale=640:360:flags=neighbor,{NIGHT_TO_PAPER},fps=24[v]",
    audio=f"({NOTES})*{_fade(SHORT_SECONDS)}",
    seconds=SHORT_SECONDS,
)


def draw(clip: Clip, space: Workspace, *, on_tick: OnTick = None) -> Path:
    """Encode `clip` into the workspace `space`, as an MP4 that every browser plays; return its path."""
    target, seconds = space.out / "clip.mp4", min(clip.seconds, SECONDS)
    arguments: list[str] = []
    for source in (*clip.video, f"aevalsrc='{clip.audio}':sample_rate=48000:channel_layout=stereo"):
        # Sources of ffmpeg itself: no upload is opened here.
        arguments += ["-f", "lavfi", "-t", str(seconds), "-i", source]
    arguments += ["-filter_complex", clip.graph, "-map", "[v]", "-map", f"{len(clip.video)}:a"]
    arguments += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-maxrate", "4M", "-bufsize", "8M"]
    arguments += ["-pix_fmt", "yuv420p", "-g", "50", "-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart"]
    ffmpeg.run(
        [*arguments, "-t", str(seconds), f"file:{target}"], space=space, wall_seconds=DRAW_SECONDS, on_tick=on_tick
    )
    return target
