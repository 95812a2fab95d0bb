"""Subtitle files become plain cues, or are refused with the number of the line that is wrong."""

import time

import pytest

from video_pages.library import subtitles
from video_pages.library.subtitles import MAX_BYTES, UnreadableSubtitles
from video_pages.library.text_models import MAX_CUES

SRT = "1\n00:00:01,000 --> 00:00:02,500\n{}\n\n"
WEBVTT = "WEBVTT\n\n00:01.000 --> 00:02.500\n{}\n\n"


def parse(data, **options):
    return subtitles.read(data, **options).cues


def texts(data, **options):
    return [cue.text for cue in parse(data, **options)]


def text_of(raw, frame=SRT):
    (text,) = texts(frame.format(raw).encode())
    return text


def refusal(data):
    with pytest.raises(UnreadableSubtitles) as caught:
        parse(data if isinstance(data, bytes) else data.encode())
    return caught.value


def test_srt_becomes_cues():
    data = b"1\r\n00:00:01,000 --> 00:00:02,500\r\nOne\r\ntwo\r\n\r\n2\r\n01:00:03,000 --> 01:00:04,000\r\nThree\r\n"
    found = parse(data)
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in found] == [
        (1000, 2500, "One\ntwo"),
        (3_603_000, 3_604_000, "Three"),
    ]


def test_webvtt_becomes_cues_without_its_styles_comments_names_and_positions():
    data = b"""WEBVTT - A title
Kind: captions

STYLE
::cue { background: url(https://example.org/) }

REGION
id:fred

NOTE this is
a comment

first
00:01.000 --> 00:02.000 line:0 position:20% region:fred
One

NOTE another

00:00:03.000 --> 00:00:04.000
Two
"""
    assert [(cue.start_ms, cue.text) for cue in parse(data)] == [(1000, "One"), (3000, "Two")]


def test_srt_without_blank_lines_between_its_cues_is_read():
    data = b"1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\n1984"
    assert texts(data) == ["One", "1984"]


def test_a_last_line_of_digits_is_text_where_cues_have_no_numbers():
    data = b"00:00:01,000 --> 00:00:02,000\nBy Orwell\n1984\n\n00:00:03,000 --> 00:00:04,000\n2001\n"
    assert texts(data) == ["By Orwell\n1984", "2001"]
    assert texts(b"1\n" + data.replace(b"\n\n", b"\n\n2\n")) == ["By Orwell\n1984", "2001"]


@pytest.mark.parametrize("frame", [SRT, WEBVTT])
@pytest.mark.parametrize("text", ["A --> B", "see --> there", "--> --> -->", "<- 3:1 won --> lost"])
def test_an_arrow_in_the_words_refuses_nothing(text, frame):
    assert text_of(f"before\n{text}", frame) == f"before\n{text}"


@pytest.mark.parametrize(
    ("line", "times"),
    [
        ("00:00:59,500 --> 00:00:60,200", (59_500, 60_200)),
        ("00:59:59,500 --> 00:60:01,000", (3_599_500, 3_601_000)),
        ("00: 00: 01,000 --> 00: 00: 04,000", (1000, 4000)),
        ("00 : 00 : 01 , 000 --> 00:00:04,000", (1000, 4000)),
        ("-00:00:01,000 --> 00:00:02,000", (0, 2000)),
        ("00:00:-1,500 --> 00:00:02,000", (0, 2000)),
        ("00:00:01. 000 --> 00:00:04,000 X1:100 X2:200", (1000, 4000)),
    ],
)
def test_times_with_one_possible_meaning_are_read_and_their_lines_reported(line, times):
    found = subtitles.read(f"1\n00:00:00,100 --> 00:00:00,200\nfine\n\n2\n{line}\nrepaired\n".encode())
    assert found.repaired_lines == (6,)
    cue = next(cue for cue in found.cues if cue.text == "repaired")
    assert (cue.start_ms, cue.end_ms) == times


def test_a_cue_before_the_beginning_is_left_out_and_reported():
    found = subtitles.read(SRT.format("kept").encode() + b"2\n-00:00:04,000 --> -00:00:01,000\ngone\n")
    assert ([cue.text for cue in found.cues], found.repaired_lines) == (["kept"], (6,))


@pytest.mark.parametrize(
    "line", ["00:01.000 --> 00:02.000 line:0 position:20%", "0:00:01,0 --> 1:00:02", "00:01 --> 00:02"]
)
def test_what_is_written_as_usual_is_called_no_repair(line):
    assert subtitles.read(f"{line}\nx\n".encode()).repaired_lines == ()


def test_single_lines_of_another_encoding_do_not_garble_the_others():
    lines = ["Grüße aus Köln", "Ça va?", "für dich"]
    cues = [f"00:00:0{n},000 --> 00:00:0{n},900\n".encode() for n in range(3)]
    data = cues[0] + lines[0].encode() + b"\n\n" + cues[1] + lines[1].encode() + b"\n\n" + cues[2]
    assert texts(data + lines[2].encode("cp1252") + b"\n", language="de") == lines


def test_a_blank_line_inside_an_srt_cue_ends_nothing():
    assert text_of("One\n\ntwo") == "One\ntwo"


def test_cues_come_in_the_order_of_their_beginnings():
    assert texts(b"00:05.000 --> 00:06.000\nlate\n\n00:01.000 --> 00:02.000\nearly\n") == ["early", "late"]


def test_cues_without_words_or_without_length_are_left_out():
    data = b"00:01.000 --> 00:02.000\n<i></i>\n\n00:03.000 --> 00:03.000\nx\n\n00:04.000 --> 00:05.000\nkept\n"
    assert texts(data) == ["kept"]


@pytest.mark.parametrize("frame", [SRT, WEBVTT])
@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<b>bold</b> and <c.red.big>red</c>", "bold and red"),
        ("<font color='#f00' face=x>red</font>", "red"),
        ("{\\an8}{\\i1}up{\\i0}", "up"),
        ("<a href='https://example.org/'>link</a>", "link"),
        ("<script>alert(1)</script>said", "said"),
        ("<STYLE type=x>p { color: red }</STYLE>said", "said"),
        ("<scr<script>ipt>said", "ipt>said"),
        ("<b\nclass=x>over two lines</b>", "over two lines"),
        ("<img src=x onerror=alert(1)>said", "said"),
        ("<00:01.500>la <00:02.000>la", "la la"),
        ("<ruby>漢<rt>kan</rt></ruby>", "漢kan"),
        ("<v Bob>Hello\n<v.loud Ann Lee>Hello", "Bob: Hello\nAnn Lee: Hello"),
        ("<v Bob>Hello</v>", "Bob: Hello"),
        ("I <3 you, 1 < 2", "I <3 you, 1 < 2"),
        ("Tom &amp; Jerry &lt;b&gt; &amp;lt;", "Tom & Jerry <b> &lt;"),
        ("a\u0001b\u009fc&#7;", "abc"),
    ],
)
def test_of_markup_nothing_is_left_but_what_it_says(raw, shown, frame):
    assert text_of(raw, frame) == shown


@pytest.mark.parametrize(
    ("encoding", "words", "language"),
    [
        ("utf-8", "Schöne Grüße", ""),
        ("utf-8-sig", "Schöne Grüße", ""),
        ("utf-16", "Schöne Grüße", ""),
        ("utf-16-le", "Schöne Grüße", ""),
        ("utf-16-be", "Schöne Grüße", ""),
        ("utf-32", "Schöne Grüße", ""),
        ("cp1252", "Schöne Grüße, déjà vu…", "de"),
        ("cp1252", "à", "fr-CA"),
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy", "cs"),
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy", ""),
        ("cp1251", "Привет, как твои дела сегодня вечером?", ""),
        ("koi8_r", "Привет, как твои дела сегодня вечером?", "ru"),
        ("cp1253", "Καλημέρα σε όλους, τι κάνετε σήμερα", ""),
        ("cp1254", "İyi günler, şimdi gidiyoruz değil mi", "tr"),
        ("cp1255", "שלום לכולם מה שלומכם היום", "he"),
        ("cp1256", "مرحبا بكم جميعا كيف حالكم اليوم", ""),
        ("cp932", "こんにちは、世界の皆さん、お元気ですか", ""),
        ("gb18030", "你好，世界，今天天气很好，我们去看电影吧", "zh-Hans"),
        ("big5", "你好，世界，今天天氣很好，我們去看電影吧", "zh-Hant"),
        ("cp949", "안녕하세요 세계 여러분 오늘 날씨가 좋네요", ""),
    ],
)
def test_common_encodings_are_read(encoding, words, language):
    assert texts(SRT.format(words).encode(encoding), language=language) == [words]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "no_cues", None),
        (b"WEBVTT\n\nNOTE nothing\n", "no_cues", None),
        (b"just a letter\nto somebody\n", "no_cues", None),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_text", None),
        (bytes(range(256)) * 40, "not_text", None),
        (b"00:01.000 --> 00:02.000\nzero\0byte\n", "not_text", None),
        (b"\xff\xfe\x00", "not_text", None),
        (b"1\n00:00:01,000 --> soon\nx\n", "bad_time", 2),
        (b"1\n00:00:01,000 -->\nx\n", "bad_time", 2),
        (b"1\n00:00:01,000 --> 00:00:02,000,1\nx\n", "bad_time", 2),
        (b"1\n1000:00:01,000 --> 00:00:02,000\nx\n", "bad_time", 2),
        (b"1\n" + b"9" * 5000 + b":00:01,000 --> 00:00:02,000\nx\n", "bad_time", 2),
        (b"1\n200:00:01,000 --> 200:00:02,000\nx\n", "bad_time", 2),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n00:05.000 --> 00:04.000\nx\n", "ends_before_start", 6),
        (b"\n\r\n00:05.000 --> 00:04.000\r\nx\n", "ends_before_start", 3),
        (b"00:01.000 --> 00:02.000\n" + b"x" * 2001, "cue_too_long", 1),
        (b"00:01.000 --> 00:02.000\n" + b"x" * 30_000, "cue_too_long", 2),
    ],
)
def test_what_is_wrong_is_said_with_its_line(data, code, line):
    error = refusal(data)
    assert (error.code, error.line) == (code, line)
    if line:
        assert str(error).startswith(f"Line {line}:")
    form_error = error.as_validation_error()
    assert (form_error.code, form_error.messages) == (code, [str(error)])


def test_a_file_of_too_many_cues_is_refused():
    error = refusal("00:00:01,000 --> 00:00:02,000\nx\n\n" * 100_000)
    assert (error.code, error.line) == ("too_many_cues", 3 * MAX_CUES + 1)


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    assert refusal(b"\xff" * (MAX_BYTES + 1)).code == "too_large"


@pytest.mark.parametrize(
    "unit", ["<", "<a ", "<v b", "{\\", "<script>", "<style></", "&lt", "\u0301", "&", "x\n", "\n", " ", "-->"]
)
def test_hostile_repetitions_take_time_in_proportion(unit):
    cue = "00:00:01,000 --> 00:00:02,000\n" + (unit * 1900)[:1900] + "\n\n"
    began = time.process_time()
    try:
        parse((cue * 500).encode())
    except UnreadableSubtitles:
        pass
    assert time.process_time() - began < 5  # a megabyte; half a second here


@pytest.mark.parametrize("pattern", ["VOICE", "NO_TAG", "SILENT", "BRACES", "LONG_NUMBER"])
@pytest.mark.parametrize("line", ["<v" + " " * 19_990, "<v." + "." * 19_990, "<v " * 6600, "{\\" * 9990, "&#" * 9990])
def test_no_pattern_takes_longer_for_a_long_line_than_its_length_asks(pattern, line):
    began = time.process_time()
    getattr(subtitles, pattern).sub("", line)
    assert time.process_time() - began < 1  # a millisecond here; seconds where blanks were shared out in every way


@pytest.mark.parametrize("unit", ["<v" + " " * 19_000, "<v." + "x" * 19_000, "&#" + "9" * 19_000])
def test_the_largest_file_of_one_hostile_line_after_the_other_is_read_in_a_bounded_time(unit):
    cue = f"00:00:01,000 --> 00:00:02,000\n{unit}\n\n00:00:01,000 --> 00:00:02,000\nx\n\n".encode()
    began = time.process_time()
    try:
        parse(cue * (MAX_BYTES // len(cue)))
    except UnreadableSubtitles:
        pass
    assert time.process_time() - began < 20  # a quarter of a second here


@pytest.mark.parametrize("number", ["&#" + "9" * 1500 + ";", "&#x" + "f" * 1500 + ";", "&#" + "0" * 1500 + "65"])
def test_the_number_of_no_character_is_shown_as_it_stands(number):
    assert text_of(f"a {number}") == f"a {number}"


def test_a_number_that_python_refuses_to_read_is_a_line_too_long_and_no_error_of_ours():
    assert refusal(SRT.format("&#" + "1" * 5000)).code == "cue_too_long"


def test_numbers_of_characters_are_read():
    assert text_of("&#65;&#x42;&#1114111;&#128512;&#x1F600;") == "AB😀😀"
