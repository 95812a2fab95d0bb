"""Measurements of cameras are distinguished from speech, in the formats of several makers."""

from types import SimpleNamespace

import pytest

from video_pages.library.telemetry import is_measurement, is_telemetry

MEASURED = [
    "F/2.8, SS 1/120, ISO 100, EV 0, GPS (8.5417, 47.3769, 15), D 12.03m, H 5.20m, H.S 3.10m/s, V.S 0.00m/s",
    "FrameCnt: 1, DiffTime: 33ms\n2024-05-01 12:00:00.123\n[iso: 100] [shutter: 1/1000.0] [fnum: 2.8] [ev: 0]",
    "[latitude: 47.376900] [longitude: 8.541700] [rel_alt: 10.000 abs_alt: 418.000]",
    "HOME(8.5417,47.3769) 2019.01.01 12:00:00\nGPS(8.5417,47.3769,15) BAROMETER:50.5",
    "ISO:100 Shutter:60 EV: Fnum:F2.8",
    "N 47.37690 E 8.54170 54 km/h",
    "Lat: 47.3769 Lon: 8.5417",
    "47.376912, 8.541734",
    "2024-05-01 12:00:00",
    "2024/05/01 12:00:00.123",
]
SAID = [
    "Turn the GPS off and look at the road.",
    "It was in 2024-05, at twelve.",
    "Pi is 3.14159, not 3.2.",
    "We drove at 54 km/h all the way.",
    "The latitude: nobody knew it.",
    "Shutter the windows, it is 5 degrees.",
    "1, 2, 3, 4",
    "ISO 9001 is a standard.",
    "",
]


@pytest.mark.parametrize("text", MEASURED)
def test_what_a_camera_measured_is_known(text):
    assert is_measurement(text)


@pytest.mark.parametrize("text", SAID)
def test_what_people_say_is_not(text):
    assert not is_measurement(text)


def cues(*texts):
    return [SimpleNamespace(text=text) for text in texts]


def test_a_track_is_telemetry_if_most_of_it_is_measured():
    assert is_telemetry(cues(*MEASURED, "Landed."))
    assert not is_telemetry(cues(*SAID, MEASURED[0]))
    assert not is_telemetry([])
