"""The output of the probe's child is untrusted: only facts of the right shape are used."""

import json
import re

import pytest

from tests import clips
from video_pages.transcoding import probe, sandbox
from video_pages.transcoding.facts import parse_facts, with_audio_scan

SOUND = {"stream": 1, "codec": "aac", "profile": "LC", "channels": 2, "layout": "stereo", "sample_rate": 48000}
SOUND |= {"starts_at_seconds": 0, "language": "", "title": "", "is_default": True}


@pytest.fixture
def known():
    """The facts of a clip, as the child prints them."""
    return probe.probe(clips.mp4()).as_dict()


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("width", "Infinity"),
        ("bit_rate", "NaN"),
        ("bit_rate", '"1"'),
        ("rotation", '"x"'),
        ("video_stream", '"0]x"'),
        ("video_stream", "-1"),
        ("is_interlaced", "1"),
        ("is_interlaced", "null"),
        ("width", "0"),
        ("width", "320.0"),
        ("width", "true"),
        ("coded_height", "131072"),
        ("bit_rate", "9" * 400),
        ("duration_seconds", "9" * 400),
        ("duration_seconds", "0"),
        ("duration_seconds", "43201"),
        ("frame_rate", '"25"'),
        ("frame_rate", "1e300"),
        ("transfer", f'"{"x" * 121}"'),
        ("video_codec", f'"{"x" * 33}"'),
        ("audio_stream", "-1"),
        ("chapters", '[{"start_seconds": 1}]'),
        ("chapters", '[{"start_seconds": -1, "title": "x"}]'),
        ("chapters", '[{"start_seconds": "1", "title": "x"}]'),
        ("chapters", '[{"start_seconds": 1, "title": "x", "more": 1}]'),
        ("chapters", f'[{{"start_seconds": 1, "title": "{"x" * 121}"}}]'),
        ("chapters", json.dumps([{"start_seconds": 1, "title": "x"}] * 1001)),
        ("audio_tracks", json.dumps([SOUND | {"more": 1}])),
        ("audio_tracks", json.dumps([SOUND | {"is_default": 1}])),
        ("audio_tracks", json.dumps([SOUND | {"stream": 10_000}])),
        ("audio_tracks", json.dumps([SOUND] * 1000)),
        ("subtitle_tracks", "{}"),
        ("subtitle_tracks", "[[]]"),
        ("chapters", "[" * 50_000 + "]" * 50_000),
        ("audio_tracks", '[{"stream": "0 -i /etc/passwd"}]'),
        ("container", "null"),
    ],
)
def test_answers_of_another_shape_than_facts_are_not_believed(known, field, answer):
    known = json.dumps(known)
    found = re.sub(rf'"{field}": (\[.*?\]|"[^"]*"|[^,}}]+)', lambda match: f'"{field}": {answer}', known, count=1)
    assert found != known
    outcome = sandbox.ChildResult(returncode=0, stdout=f'{{"facts": {found}}}'.encode(), stderr="", seconds=0.1)
    with pytest.raises(probe.UnreadableMedia) as refusal:
        probe._read_answer(outcome)
    assert refusal.value.code == "damaged"


def test_facts_that_are_believed_come_back_as_they_were_printed(known):
    known |= {"audio_tracks": [SOUND], "frame_rate": 25}
    known["chapters"] = [{"start_seconds": 1, "title": "One"}]
    facts = parse_facts(json.loads(json.dumps(known)))
    assert (facts.frame_rate, facts.audio_tracks[0].channels, facts.audio_tracks[0].is_readable) == (25, 2, True)
    assert json.loads(json.dumps(facts.as_dict()["chapters"])) == known["chapters"]
    with pytest.raises(KeyError):
        parse_facts({name: value for name, value in known.items() if name != "is_dolby_only"})


@pytest.mark.parametrize("length", ["1e999", "NaN", '"x"', "[]"])
def test_a_scan_of_another_shape_is_not_believed(known, length):
    facts = parse_facts(known | {"audio_tracks": [SOUND]})
    answer = (
        f'{{"1": {{"length_seconds": {length}, "longest_gap_seconds": 0, "is_readable": true, "is_silent": false}}}}'
    )
    with pytest.raises((ValueError, TypeError)):
        with_audio_scan(facts, json.loads(answer))


def test_rows_keep_the_name_that_earlier_versions_wrote_and_read(known):
    assert known["pictures_end_at_seconds"] and "video_end_seconds" not in known
    facts = parse_facts(known)
    assert facts.video_end_seconds == known["pictures_end_at_seconds"]
    assert facts.as_dict() == known
