"""ffmpeg's filters from the sound tracks of a source to one of one or two channels, as long as the film; pure."""

SAMPLE_RATE = 48_000
STEREO, SURROUND = ("FL", "FR"), ("FL", "FR", "FC", "LFE", "BL", "BR")
# Order of channels in six mono tracks that together are a surround mix (SMPTE ST 2035): L R C LFE Ls Rs. The bass is
# kept at half its level, as most small speakers have it; `<` divides by the sum, so that nothing is clipped.
FROM_SIX = "pan=stereo|FL<c0+0.7*c2+0.5*c3+0.7*c4|FR<c1+0.7*c2+0.5*c3+0.7*c5"
# Ambisonics in the order of ACN (RFC 8486, 3.1): W is everything, Y what comes from the left less what comes from the
# right. Two cardioids that look to either side.
FROM_AMBISONIC = "pan=stereo|FL=0.5*c0+0.5*c1|FR=0.5*c0-0.5*c1"


def graphs(sound, *, seconds):
    """Return the filter graphs that make `sound` of input 0, `seconds` long, with the output `[sound]`.

    The first that ffmpeg accepts is the best: a layout of channels that it can't mix down by itself is mixed by the
    channels' places. Silence stands before a late start, in gaps and after an early end, so the sound stays in step.
    """
    end = f"apad,atrim=end={seconds:.6f}[sound]"
    if len(sound.tracks) == 1:
        track = sound.tracks[0]
        return [f"[0:{track.stream}]{mix}{_in_step(sound.channels)},{end}" for mix in _mixes(track)]
    steps = [f"[0:{track.stream}]{_in_step(1)},apad[c{number}]" for number, track in enumerate(sound.tracks)]
    inputs = "".join(f"[c{number}]" for number in range(len(sound.tracks)))
    places, mix = (STEREO, "") if len(sound.tracks) == len(STEREO) else (SURROUND, f"{FROM_SIX},")
    # Without a map, ffmpeg takes the first mono track for the centre.
    joined = "|".join(f"{number}.0-{place}" for number, place in enumerate(places))
    steps.append(f"{inputs}join=inputs={len(places)}:channel_layout={'+'.join(places)}:map={joined},{mix}{end}")
    return [";".join(steps)]


def _mixes(track):
    """The filters, "" or with a comma behind, from the channels of `track` to stereo; "" leaves it to ffmpeg."""
    if track.layout.startswith("ambisonic"):
        return [f"{FROM_AMBISONIC},"]
    return ["", f"{_by_place(track.channels)},"] if track.channels > 2 else [""]


def _by_place(channels):
    """Every other channel to the left, the rest to the right: nothing is lost, whatever the channels are."""
    left = "+".join(f"c{number}" for number in range(0, channels, 2))
    right = "+".join(f"c{number}" for number in range(1, channels, 2))
    return f"pan=stereo|FL<{left}|FR<{right}"


def _in_step(channels):
    layout = "mono" if channels == 1 else "stereo"
    return f"aresample={SAMPLE_RATE}:out_chlayout={layout}:async=1:first_pts=0,aformat=channel_layouts={layout}"
