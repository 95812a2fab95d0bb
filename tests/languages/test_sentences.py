"""Templates write sentences after one another inside `{% sentences %}`: Japanese has no blank between them."""

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
