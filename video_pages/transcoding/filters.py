"""ffmpeg filters that turn any video into upright, progressive, 8-bit BT.709 with square pixels; pure text.

ffmpeg itself rotates and mirrors by the display matrix before the first of them.
"""

from fractions import Fraction

from video_pages.transcoding.facts import Facts

HIGH_DEFINITION_LINES = 720
UNSPECIFIED = 2
ZSCALE_TRANSFERS = {"pq": "smpte2084", "hlg": "arib-std-b67"}
NOMINAL_PEAK_NITS = {"pq": 100, "hlg": 203}  # diffuse white: what tone mapping calls 1.0 (ITU-R BT.2408 for HLG)


def video_filter(facts: Facts, *, width: int, height: int, frame_rate: Fraction | None = None) -> str:
    """Return the filters from a decoded frame of `facts` to one of `width` x `height`, at `frame_rate` if given."""
    steps = []
    if facts.is_interlaced:
        # A frame of each field where the rate has room for all of them: see `plan.frame_rate`.
        is_doubled = frame_rate is not None and facts.frame_rate and frame_rate > facts.frame_rate * 1.5
        steps.append(f"bwdif=mode={'send_field' if is_doubled else 'send_frame'}:deint=interlaced")
    if frame_rate is not None:
        # From 0, so that frames that begin late, or before the audio, stay in step with it. `pass`, because the last
        # frame is lost if it is shown for less than half of a frame's time at this rate.
        steps.append(f"fps=fps={frame_rate}:start_time=0:eof_action=pass")
    steps += _tone_mapping(facts, width, height) if facts.transfer else [_scale(facts, width, height)]
    # Side data of frames holds a camera's place and device, and captions, which encoders would write again.
    return ",".join([*steps, "setsar=1", "format=yuv420p", "sidedata=mode=delete"])


def hold_last_frame(until_seconds: float) -> str:
    """Return the filters that repeat the last frame until `until_seconds` and end there."""
    return f"tpad=stop=-1:stop_mode=clone,trim=end={until_seconds:.6f}"


def scale_down(width: int, height: int) -> str:
    """Return the filter from a finished frame to a smaller one."""
    return f"scale={width}:{height}:flags=bicubic,setsar=1"


def _scale(facts: Facts, width: int, height: int) -> str:
    is_known = facts.matrix != UNSPECIFIED
    source = "" if is_known else f":in_color_matrix={'bt709' if facts.height >= HIGH_DEFINITION_LINES else 'bt601'}"
    return f"scale={width}:{height}:flags=bicubic{source}:out_color_matrix=bt709:out_range=tv"


def _tone_mapping(facts: Facts, width: int, height: int) -> list[str]:
    """Return filters that make light linear, convert colours to BT.709 and compress highlights (Hable)."""
    transfer = ZSCALE_TRANSFERS[facts.transfer]
    primaries = "2020" if facts.primaries == UNSPECIFIED else "input"
    matrix = "2020_ncl" if facts.matrix == UNSPECIFIED else "input"
    return [
        f"zscale=w={width}:h={height}:tin={transfer}:pin={primaries}:min={matrix}"
        f":t=linear:npl={NOMINAL_PEAK_NITS[facts.transfer]}",
        "format=gbrpf32le",
        "zscale=p=bt709",
        "tonemap=tonemap=hable:desat=0",
        "zscale=t=bt709:m=bt709:r=tv:d=error_diffusion",
    ]
