"""Every visible text is marked for translation, as a whole sentence, with names for what is put into it."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest

from deploy import catalogues

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted(
    path
    for name in ("home", "video_pages", "site_config")
    for path in (ROOT / name).rglob("*.py")
    if not {"migrations", "management", "node_modules"} & set(path.parts)
)
SCRIPTS = sorted(path for name in ("home", "video_pages") for path in (ROOT / name / "static").rglob("*.js"))

COMMENT = re.compile(r"\{% comment.*?endcomment %\}|\{#.*?#\}", re.DOTALL)
BLOCK = re.compile(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
SHOWN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
SILENT = {"script", "style", "code", "svg"}
# Names and formats that are the same in every language.
NAMES = {"CC", "SHA", "WebVTT"}
# The label of the track that scripts find the storyboard by; no player shows it.
FOR_SCRIPTS = {"thumbnails"}

GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy"}
SHOWN_KEYWORDS = {"help_text", "verbose_name", "verbose_name_plural", "heading", "label", "empty_label", "menu_label"}
MESSAGES = {"success", "info", "warning", "error"}


class Texts(HTMLParser):
    """The texts of a template that a reader would see: [(line, text)]."""

    def __init__(self, source):
        super().__init__()
        self.found, self._silent = [], 0
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self._silent += tag in SILENT
        self.found += [(self.getpos()[0], value or "") for name, value in attrs if name in SHOWN_ATTRIBUTES]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self._silent -= tag in SILENT

    def handle_endtag(self, tag):
        self._silent -= tag in SILENT

    def handle_data(self, data):
        if not self._silent:
            self.found.append((self.getpos()[0], data))


def without_tags(source):
    for pattern in (COMMENT, BLOCK, TAG):
        source = pattern.sub(lambda match: "\n" * match[0].count("\n"), source)
    return source


def unmarked(source):
    return [
        f"{line}: {text.strip()[:60]}"
        for line, text in Texts(without_tags(source)).found
        if set(WORD.findall(text)) - NAMES - FOR_SCRIPTS
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_have_no_text_outside_the_marks(path):
    assert unmarked(path.read_text()) == []


def test_a_text_outside_is_found():
    page = '<p title="{% translate "Fine" %}">{{ name }} {% blocktranslate %}fine{% endblocktranslate %}</p>'
    assert unmarked(page) == []
    assert unmarked(page + "\n<p>Not marked</p>") == ["2: Not marked"]
    assert unmarked('<img alt="A film">') == ["1: A film"]
    assert unmarked("<script>let film</script><svg><title>film</title></svg>{# film #}") == []


def parsed(path):
    return ast.walk(ast.parse(path.read_text()))


def name_of(call):
    return getattr(call.func, "id", getattr(call.func, "attr", "")) if isinstance(call, ast.Call) else ""


def places(test):
    return [f"{path.relative_to(ROOT)}:{node.lineno}" for path in MODULES for node in parsed(path) if test(node)]


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(WORD.search(node.value))


def test_a_marked_text_is_a_constant():
    """Xgettext reads the source: it can't see the value of a variable or an f-string."""
    places_found = places(
        lambda node: (
            name_of(node) in {"_", "gettext", "gettext_lazy"}
            and node.args
            and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        )
    )
    assert places_found == []


def is_marked(node):
    """True for a marked text, also with its placeholders filled."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        node = node.left
    return name_of(node) in GETTEXT


def is_glued(node):
    """True for a marked text that `+` or an f-string joins to another one, or to words."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = (node.left, node.right)
        return any(map(is_marked, sides)) and all(is_marked(side) or is_text(side) for side in sides)
    if isinstance(node, ast.JoinedStr):
        marked = sum(is_marked(getattr(part, "value", None)) for part in node.values)
        return marked > 1 or marked == 1 and any(map(is_text, node.values))
    return False


def test_no_sentence_is_joined_from_parts():
    assert places(is_glued) == []


@pytest.mark.parametrize(
    "source", ['_("A ") + _("film")', '_("A %(b)s") % {"b": 1} + "and more"', 'f"{_(1)} of {_(2)}"', 'f"the {_(1)}"']
)
def test_a_joined_sentence_is_found(source):
    assert is_glued(ast.parse(source, mode="eval").body)
    assert not is_glued(ast.parse('f"{_(1)} ({number})"', mode="eval").body)


def test_labels_and_messages_are_marked():
    def is_unmarked(node):
        if not isinstance(node, ast.Call):
            return False
        shown = [each.value for each in node.keywords if each.arg in SHOWN_KEYWORDS]
        if name_of(node) == "ValidationError":
            shown += node.args[:1]
        if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "messages":
            shown += node.args[1:2] if node.func.attr in MESSAGES else []
        return any(is_text(part) for each in shown for part in [each, *getattr(each, "values", [])])

    assert places(is_unmarked) == []


def outside_functions(tree):
    """Yield the nodes that are evaluated when the module is imported."""
    nodes = list(ast.iter_child_nodes(tree))
    while nodes:
        node = nodes.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node
            nodes += ast.iter_child_nodes(node)


def test_no_text_is_translated_at_import():
    """`%` and methods of a lazy text translate it at once, into the language of the process; `filled` waits."""
    early = []
    for path in MODULES:
        for node in outside_functions(ast.parse(path.read_text())):
            method = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
            if name_of(method) in GETTEXT or isinstance(node, ast.BinOp) and is_marked(node):
                early.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert early == []


def entries():
    return polib.pofile(str(catalogues.catalogues()[0]))


def test_several_things_put_into_a_text_have_names():
    unnamed = [entry.msgid for entry in entries() if len(re.findall(r"(?<!%)(?:%%)*%[sd]|%%s|\{\}", entry.msgid)) > 1]
    assert unnamed == []


def test_a_text_that_counts_has_a_plural():
    """`%(count)d films` says "1 films", and other languages have more forms. A limit has a name such as `most`."""
    counting = re.compile(r"(?:%\((?:count|total|views|viewers|sessions|shown)\)[sd]|\{(?:count|number)\}) [a-z]+s\b")
    assert counting.search("There are %(count)d films")
    assert [entry.msgid for entry in entries() if counting.search(entry.msgid) and not entry.msgid_plural] == []


SENTENCE = re.compile(r"""(["'`])(?=[A-Z])((?:\\.|(?!\1).)*?\b[a-z]+ [a-z]+\b(?:\\.|(?!\1).)*?)\1""")
SHOWN = re.compile(
    r"""(?:textContent|innerText|title|placeholder|ariaLabel)\s*=\s*(["'`])[^"'`]*[A-Za-z]{2}|"""
    r"""setAttribute\(\s*["'](?:aria-label|title|alt|placeholder)["'],\s*["'][^"']*[A-Za-z]{2}"""
)


def visible(source):
    source = re.sub(r"/\*.*?\*/|(?<![:\w])//[^\n]*", "", source, flags=re.DOTALL)
    # The expressions in a template literal are code.
    source = re.sub(r"\$\{[^{}]*\}", "", source)
    # Thrown and logged texts are read in the browser's console.
    source = re.sub(r"\b(?:Error|console\.\w+)\((?:[^()]|\([^()]*\))*\)", "", source)
    return [match[0] for pattern in (SENTENCE, SHOWN) for match in pattern.finditer(source)]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_have_no_texts_of_their_own(path):
    assert visible(path.read_text()) == []


def test_a_text_in_a_script_is_found():
    assert visible('button.textContent = "Play";') == ['textContent = "Play']
    assert visible("time.textContent = `${format(from)} / ${format(to)}`;") == []
    assert visible("time.textContent = `${format(from)} from here`;") == ["textContent = ` from here"]
    assert visible('return "The film is over.";') == ['"The film is over."']
    assert (
        visible('/* The film is over. */ throw new Error("No such film here"); a.className = "player is-late";') == []
    )
