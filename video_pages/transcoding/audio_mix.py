"""ffmpeg filters from the audio tracks of a source to one or two channels of the video's length; pure."""

from video_pages.transcoding.audio_choices import AudioChoice
from video_pages.transcoding.facts import AudioTrack

SAMPLE_RATE = 48_000
STEREO, SURROUND = ("FL", "FR"), ("FL", "FR", "FC", "LFE", "BL", "BR")
# Order of channels in six mono tracks that together are a surround mix (SMPTE ST 2035): L R C LFE Ls Rs. The bass is
# kept at half its level, for small speakers; `<` divides by the sum, so that nothing is clipped.
FROM_SIX = "pan=stereo|FL<c0+0.7*c2+0.5*c3+0.7*c4|FR<c1+0.7*c2+0.5*c3+0.7*c5"
# Ambisonics in the order of ACN (RFC 8486, 3.1): W is omnidirectional, Y is left minus right. The result is two
# cardioids that point to the sides.
FROM_AMBISONIC = "pan=stereo|FL=0.5*c0+0.5*c1|FR=0.5*c0-0.5*c1"


def graphs(choice: AudioChoice, *, seconds: float) -> list[str]:
    """Return the filter graphs that make `choice` of input 0, `seconds` long, with the output `[audio]`.

    The first that ffmpeg accepts is the best: a layout of channels that ffmpeg can't mix down itself is mixed by the
    channels' places. Silence fills a late start, gaps and an early end, so that the audio stays in step.
    """
    end = f"apad,atrim=end={seconds:.6f}[audio]"
    if len(choice.tracks) == 1:
        track = choice.tracks[0]
        return [f"[0:{track.stream}]{mix}{_in_step(choice.channels)},{end}" for mix in _mixes(track)]
    steps = [f"[0:{track.stream}]{_in_step(1)},apad[c{number}]" for number, track in enumerate(choice.tracks)]
    inputs = "".join(f"[c{number}]" for number in range(len(choice.tracks)))
    is_stereo = len(choice.tracks) == len(STEREO)
    places, mix = (STEREO, "") if is_stereo else (SURROUND, f"{FROM_SIX},")
    # Without a map, ffmpeg takes the first mono track for the centre.
    joined = "|".join(f"{number}.0-{place}" for number, place in enumerate(places))
    steps.append(f"{inputs}join=inputs={len(places)}:channel_layout={'+'.join(places)}:map={joined},{mix}{end}")
    return [";".join(steps)]


def _mixes(track: AudioTrack) -> list[str]:
    """Return filters from the channels of `track` to stereo, each "" or with a comma at the end; "" means ffmpeg's."""
    if track.layout.startswith("ambisonic"):
        return [f"{FROM_AMBISONIC},"]
    return ["", f"{_by_place(track.channels)},"] if track.channels > 2 else [""]


def _by_place(channels: int) -> str:
    """Return a filter that mixes even channels to the left and odd ones to the right, whatever they are."""
    left = "+".join(f"c{number}" for number in range(0, channels, 2))
    right = "+".join(f"c{number}" for number in range(1, channels, 2))
    return f"pan=stereo|FL<{left}|FR<{right}"


def _in_step(channels: int) -> str:
    layout = "mono" if channels == 1 else "stereo"
    return f"aresample={SAMPLE_RATE}:out_chlayout={layout}:async=1:first_pts=0,aformat=channel_layouts={layout}"
