"""The catalogues of `locale/` belong to the sources: nothing is missing, left over, or unlike the text it translates.

`make messages` renews them. A language in COMPLETE of `site_config.languages` has all texts; the others may have gaps.
"""

import re
from collections import Counter

import polib
import pytest

from deploy import catalogues, messages
from site_config.languages import CATALOGUES, COMPLETE

PATHS = {path.parents[1].name: path for path in catalogues.catalogues()}
NAMED = re.compile(r"%\(\w+\)[-+0# ]*\d*(?:\.\d+)?[a-zA-Z]|(?<!\{)\{\w*\}")
PADDING = re.compile(r"(?<=\))0\d")  # "4 minutes" or "04": a language pads numbers as it writes them
POSITIONAL = re.compile(r"(?<!%)(?:%%)*%(?!\()[sdif]|%%s")
TAG = re.compile(r"</?[a-zA-Z][^>]*>|&\w+;")
EMPHASIS = re.compile(r"\*[^*]+\*")


def locale_name(code):
    base, _, region = code.partition("-")
    return f"{base}_{region.upper()}" if region else base


def texts():
    """Yield (place, sources, translation) of each translated form; `sources` are the texts that it may resemble."""
    for name, path in PATHS.items():
        for entry in polib.pofile(str(path)):
            place = f"{name}: {entry.msgid[:60]!r}"
            if entry.msgstr:
                yield place, [entry.msgid], entry.msgstr
            for text in filter(None, entry.msgstr_plural.values()):
                # Where a form is for one thing only, a language may name the number or not, as English does.
                yield place, [entry.msgid, entry.msgid_plural], text


def unlike(features):
    """Return the places whose translation has other `features(text)` than each of its sources."""
    return [
        f"{place} -> {text[:80]!r}"
        for place, sources, text in texts()
        if features(text) not in [features(source) for source in sources]
    ]


def test_extraction_makes_no_difference(require, capsys):
    require("xgettext")
    assert messages.main(["--check"]) == 0, capsys.readouterr().out


def test_each_language_of_the_settings_has_its_catalogue():
    assert {locale_name(language.code) for language in CATALOGUES} == set(PATHS)


@pytest.mark.parametrize("code", COMPLETE)
def test_a_language_that_is_offered_has_all_texts(code):
    catalogue = polib.pofile(str(PATHS[locale_name(code)]))
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []


@pytest.mark.parametrize("name", PATHS)
def test_no_entry_is_a_guess_or_left_over_or_there_twice(name):
    catalogue = polib.pofile(str(PATHS[name]))
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []
    assert [key for key, times in Counter((each.msgctxt, each.msgid) for each in catalogue).items() if times > 1] == []


@pytest.mark.parametrize("name", PATHS)
def test_the_plural_forms_are_those_of_the_language(name):
    catalogue = polib.pofile(str(PATHS[name]))
    assert catalogue.metadata["Plural-Forms"] == messages.PLURALS[name]
    assert catalogue.metadata["Language"] == name
    forms = int(re.search(r"nplurals=(\d)", messages.PLURALS[name])[1])
    given = {len(entry.msgstr_plural) for entry in catalogue if entry.msgid_plural}
    assert given == {forms}
    partly = [
        entry.msgid
        for entry in catalogue
        if any(entry.msgstr_plural.values()) and not all(entry.msgstr_plural.values())
    ]
    assert partly == []


def test_placeholders_are_those_of_the_source():
    assert unlike(lambda text: {PADDING.sub("", found) for found in NAMED.findall(text)}) == []
    # These have no names, so their order counts.
    assert unlike(POSITIONAL.findall) == []


def test_elements_and_marks_are_those_of_the_source():
    assert unlike(lambda text: sorted(TAG.findall(text))) == []
    assert unlike(lambda text: len(EMPHASIS.findall(text))) == []


def test_no_translation_ends_an_attribute():
    """Templates write texts into attributes as they are, and a straight quotation mark would end one."""
    assert unlike(lambda text: text.count('"')) == []
    assert unlike(lambda text: sorted(re.findall("[<>]", text))) == []


def test_blanks_and_line_ends_around_a_text_are_kept():
    def around(text):
        # A joiner such as ", " has no letters, and a language puts its blanks its own way.
        return re.search(r"\w", text) and (text[:1].isspace(), text[-1:].isspace(), text.count("\n"))

    assert unlike(around) == []


def test_pairs_of_words_keep_their_comma():
    """Texts such as "Shown,Not shown" are split at the comma by the filter `yesno`."""
    pair = re.compile(r"\w[^.:;!?]*,(?! )")
    assert unlike(lambda text: text.count(",") if pair.match(text) and " ," not in text else -1) == []


def test_placeholders_are_found_in_every_notation():
    found = NAMED.findall("%(name)s {moment} %(share).1f %(minutes)02d %% {{ no }}")
    assert found == ["%(name)s", "{moment}", "%(share).1f", "%(minutes)02d"]
    assert PADDING.sub("", "%(minutes)02d") == "%(minutes)d"
    assert PADDING.sub("", "%(share).1f") == "%(share).1f"
    assert POSITIONAL.findall("In %%s, %s or %d and %(name)s: 5 %%.") == ["%%s", "%s", "%d"]
