"""ffmpeg's filters that turn any picture into upright, progressive, 8-bit BT.709 with square pixels; pure text.

ffmpeg itself turns and mirrors by the display matrix before the first of them.
"""

HIGH_DEFINITION_LINES = 720
UNSPECIFIED = 2
ZSCALE_TRANSFERS = {"pq": "smpte2084", "hlg": "arib-std-b67"}
NOMINAL_PEAK_NITS = {"pq": 100, "hlg": 203}  # diffuse white: what tone mapping calls 1.0 (ITU-R BT.2408 for HLG)


def video_filter(facts, *, width, height, frame_rate=None):
    """Return the filters from a decoded picture of `facts` to one of `width` x `height`, at `frame_rate` if given."""
    steps = []
    if facts.is_interlaced:
        # A picture of each field where the rate has room for all of them: see `plan.frame_rate`.
        is_doubled = frame_rate is not None and facts.frame_rate and frame_rate > facts.frame_rate * 1.5
        steps.append(f"bwdif=mode={'send_field' if is_doubled else 'send_frame'}:deint=interlaced")
    if frame_rate is not None:
        # From 0, so that pictures that begin late, or before the sound, stay in step with it. `pass`, as the last
        # picture is lost if it lasts less than half of what one of this rate does.
        steps.append(f"fps=fps={frame_rate}:start_time=0:eof_action=pass")
    steps += _high_dynamic_range(facts, width, height) if facts.transfer else [_scale(facts, width, height)]
    # Frames carry what cameras say of place and device, and captions, which encoders would write down again.
    return ",".join([*steps, "setsar=1", "format=yuv420p", "sidedata=mode=delete"])


def held(until_seconds):
    """Return the filters that let the last picture stand until `until_seconds` and end there."""
    return f"tpad=stop=-1:stop_mode=clone,trim=end={until_seconds:.6f}"


def smaller(width, height):
    """Return the filter from a finished picture to a smaller one."""
    return f"scale={width}:{height}:flags=bicubic,setsar=1"


def _scale(facts, width, height):
    known = facts.matrix != UNSPECIFIED
    was = "" if known else f":in_color_matrix={'bt709' if facts.height >= HIGH_DEFINITION_LINES else 'bt601'}"
    return f"scale={width}:{height}:flags=bicubic{was}:out_color_matrix=bt709:out_range=tv"


def _high_dynamic_range(facts, width, height):
    """Light is made linear, its colours those of BT.709, and what is brighter than white is bent down (Hable)."""
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
