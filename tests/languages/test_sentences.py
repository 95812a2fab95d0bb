"""Templates write sentences after one another inside `{% sentences %}`: Japanese has no blank between them.

A sentence is one text for translators, with the tags and the values in it: other languages have another order of words,
and other signs at the ends ("¿…?", "。").
"""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
JOINED = re.compile(r"{% sentences %}.*?{% endsentences %}", re.DOTALL)
SAME_ELEMENT = r"(?:</?(?:strong|em|b|a|span|small)\b[^>]*>|{% (?:if|endif|for|endfor|with|endwith)\b[^%]*%})*"
BLANK_BETWEEN = re.compile(
    rf"""[.?!](?:["'] %}}|{{% endblocktrans(?:late)? %}}){SAME_ELEMENT}\s+{SAME_ELEMENT}"""
    r"(?={{|{% (?:trans|blocktrans|translate|blocktranslate) (?!asvar)|<a |<strong)"
)


def blanks(source):
    return [source[max(0, found.start() - 40) : found.end() + 40] for found in BLANK_BETWEEN.finditer(source)]


def test_no_template_has_a_blank_between_two_sentences():
    paths = sorted(TEMPLATES.rglob("*.html"))
    assert paths
    found = {str(path): blanks(JOINED.sub("", path.read_text())) for path in paths}
    assert {path: each for path, each in found.items() if each} == {}


def test_such_a_blank_is_found():
    assert len(blanks('{% trans "One." %} {% trans "Two." %}')) == 1
    assert len(blanks('{% trans "One." %}{% if x %} <strong>{% trans "Two." %}</strong>{% endif %}')) == 1
    assert blanks('<p>{% trans "One." %}</p>\n<p>{% trans "Two." %}</p>') == []


COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)
BLOCK = re.compile(r"{% blocktrans(?:late)? .*?{% endblocktrans(?:late)? %}", re.DOTALL)
STOP_BY_HAND = re.compile(r"""(?:[%}]}|</(?:a|b|em|strong|span|time|code)>)[?!;.,:](?=[\s<{]|\Z)""")
CUT_TEXT = re.compile(
    r"""{% trans(?:late)? "[^"]*[^".?!:]" %}\s*(?:{% if [^%]*%}\s*)?(?:<(?:a|b|em|strong|span|time|code)\b[^>]*>\s*)?"""
    r"""(?:{{ |<time\b|{% blocktrans)"""
)


def glued(source):
    """Return the places of `source` where a sentence goes on after the text for translators."""
    left = BLOCK.sub('{% translated "" %}', COMMENT.sub("", source))
    places = [*STOP_BY_HAND.finditer(left), *CUT_TEXT.finditer(COMMENT.sub("", source))]
    return [found.string[max(0, found.start() - 60) : found.end() + 20] for found in places]


def test_no_template_glues_a_sentence_of_texts_tags_and_signs():
    found = {str(path): glued(path.read_text()) for path in sorted(TEMPLATES.rglob("*.html"))}
    assert {path: each for path, each in found.items() if each} == {}


def test_such_a_sentence_is_found():
    assert glued('{% trans "Did you mean" %} <a href="{{ url }}">{{ word }}</a>?')
    assert glued("{{ names }}.") and glued('{% trans "Until" %} {{ moment }}')
    assert glued('{% trans "End" %}<span class="w-sr-only"> {{ name }}</span>')
    assert not glued('{% blocktrans %}Did you mean <a href="{{ url }}">{{ word }}</a>?{% endblocktrans %}')
    assert not glued('{% trans "Questions?" %} {{ contact }}')
