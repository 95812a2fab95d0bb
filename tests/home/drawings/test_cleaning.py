"""Uploaded SVG files become drawings of allowed shapes, with nothing that runs, loads or leads anywhere."""

import re
import time

import pytest
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError

from home.drawings import allowed
from home.drawings.cleaning import clean
from tests.home.drawings.svg_files import COSTLY, HOSTILE, REFUSED, SHAPE, svg

SVG = "{http://www.w3.org/2000/svg}"


def assert_harmless(text):
    """Compare with the lists, and with words that no drawing needs, so that an error in one does not hide in it."""
    for element in fromstring(text).iter():
        assert element.tag.removeprefix(SVG) in allowed.ELEMENTS
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on") and name not in ("style", "class")
            assert ":" not in value and "\\" not in value and "//" not in value
            assert "url(" not in value or re.fullmatch(r"url\(#[\w.-]+\)", value)
            assert name != "href" or value.startswith("#")
    outside = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"evil|<script|javascript|<!|<\?|@import|<style|foreignObject|<image|<set|<anim", outside)


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_could_do_harm_is_left_out(kind):
    assert_harmless(clean(svg(HOSTILE[kind])).svg)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_could_fill_a_memory_or_shows_nothing_is_refused_in_a_sentence(kind):
    content, code = REFUSED[kind]
    started = time.process_time()
    with pytest.raises(ValidationError) as caught:
        clean(content)
    assert caught.value.code == code
    assert caught.value.messages[0].endswith(".")
    assert time.process_time() - started < 2


@pytest.mark.parametrize("kind", COSTLY)
def test_no_file_takes_a_time_or_memory_that_grows_with_the_square_of_its_size(kind):
    """Each took minutes or gigabytes, or raised a RecursionError; the bounds are for a busy machine."""
    started = time.process_time()
    try:
        text = clean(COSTLY[kind]).svg
    except ValidationError as refusal:
        text = str(refusal.message)
    assert time.process_time() - started < 8
    assert len(text) < 1_000_000


def test_the_parsers_see_no_more_than_one_piece_after_the_first_fault(monkeypatch):
    """The memory of a declared value would be taken in C, where no limit of Python holds."""
    read = []
    monkeypatch.setattr("home.drawings.reading.fromstring", lambda *args, **options: read.append(args))
    for kind in ("values by declaration", "long namespace of names", "long namespace of attributes", "deep"):
        with pytest.raises(ValidationError):
            clean(COSTLY[kind])
    assert not read


def test_a_rule_that_is_important_wins_over_a_style():
    content = svg('<style>.a{fill:red !important;stroke:red}</style><rect class="a" style="fill:blue;stroke:blue"/>')
    (rect,) = fromstring(clean(content).svg).iter(f"{SVG}rect")
    assert (rect.get("fill"), rect.get("stroke")) == ("red", "blue")


@pytest.mark.parametrize(
    ("name", "value", "is_allowed"),
    [
        ("transform", " translate( 1 , 2 ) , rotate(3)scale (4) ", True),
        ("transform", "scale(1) x", False),
        ("fill", " hsl(120deg, 3%, 4%) ", True),
        ("fill", "rgb(1, 2, 3) red", False),
        ("fill", "url( '#a' ) none ", True),
        ("fill", "url(#a", False),
    ],
)
def test_forms_of_values(name, value, is_allowed):
    assert allowed.is_allowed(name, value) is is_allowed


def test_the_names_of_what_was_left_out_are_told():
    drawing = clean(svg(HOSTILE["script"] + HOSTILE["event"] + HOSTILE["use of another file"] + HOSTILE["filter"]))
    assert drawing.left_out == ("ONERROR", "filter", "href", "onclick", "onload", "script")
    assert clean(svg(f"<title>Logo</title><metadata/>{SHAPE}")).left_out == ()


def test_the_file_of_a_drawing_program_looks_as_it_was_drawn():
    content = b"""<?xml version="1.0" encoding="utf-8"?>
        <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
        <svg version="1.1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" x="0px"
          y="0px" viewBox="0 0 40 20" style="enable-background:new 0 0 40 20;" xml:space="preserve">
        <style type="text/css"> .st0{fill:#C82127;} 
          path.st1, .st2 { fill : url(#SVGID_1_) ; stroke-width: 2px !important } #only { opacity: .5 } </style>
        <switch><g i:extraneous="self" xmlns:i="urn:adobe"><linearGradient id="SVGID_1_" x1="0" x2="1">
          <stop offset="0" style="stop-color:#FFFFFF"/><stop offset="1" style="stop-color:rgb(0, 0, 0)"/>
        </linearGradient>
        <path class="st0" d="M0,0h10v10H0z"/>
        <path class="st1" style="stroke-width:1" d="M10 0l5,5z" transform="scale(2)"/>
        <circle class="st2" id="only" r="3"/></g></switch></svg>"""
    drawing = clean(content)
    root = fromstring(drawing.svg)
    found = {element.tag.removeprefix(SVG): element.attrib for element in root.iter()}
    assert (drawing.width, drawing.height, drawing.left_out) == (192, 96, ())
    first, second = root.iter(f"{SVG}path")
    assert first.attrib == {"d": "M0,0h10v10H0z", "fill": "#C82127"}
    assert second.attrib == {
        "d": "M10 0l5,5z",
        "transform": "scale(2)",
        "fill": "url(#SVGID_1_)",
        "stroke-width": "2px",
    }
    assert found["circle"] == {"r": "3", "id": "only", "fill": "url(#SVGID_1_)", "stroke-width": "2px", "opacity": ".5"}
    assert [stop.get("stop-color") for stop in root.iter(f"{SVG}stop")] == ["#FFFFFF", "rgb(0, 0, 0)"]


def test_rules_count_by_their_weight_and_then_by_their_order():
    style = "<style>#a{fill:red} .b{fill:green} rect{fill:blue} *{fill:white} .b.c{stroke:red} .c{stroke:blue}</style>"
    (rect,) = fromstring(clean(svg(f'{style}<rect id="a" class="b c" fill="black"/>')).svg).iter(f"{SVG}rect")
    assert (rect.get("fill"), rect.get("stroke")) == ("red", "red")


def test_a_view_box_far_from_its_origin_keeps_its_place():
    content = svg(SHAPE).replace(b"0 0 20 10", b"5000123 -0.25 100.5 50")
    assert fromstring(clean(content).svg).get("viewBox") == "5000123 -0.25 100.5 50"


def test_texts_keep_their_words_and_their_order():
    drawing = clean(svg("<text>Hall <tspan>3</tspan> of <a href='#x'>the</a> <b/>school &amp; more</text>"))
    assert "".join(fromstring(drawing.svg).itertext()) == "Hall 3 of the school & more"


def test_references_inside_the_drawing_stay_and_others_go():
    content = svg('<symbol id="s"><path d="M0 0h1"/></symbol><use xlink:href="#s" x="3"/><rect fill="url(#gone)"/>')
    text = clean(content).svg
    assert 'href="#s"' in text and "gone" not in text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "latin-1"])
def test_files_in_other_codecs_are_read(codec):
    text = '<?xml version="1.0"?>' if codec != "latin-1" else '<?xml version="1.0" encoding="ISO-8859-1"?>'
    content = (text + svg("<text>Kö</text>").decode()).encode(codec)
    assert "Kö" in clean(content).svg


def test_cleaning_a_clean_drawing_changes_nothing():
    first = clean(svg("".join(HOSTILE.values())))
    assert clean(first.svg.encode()).svg == first.svg
