"""The language of words on a page, as a browser finds it: that of the nearest element around them that names one."""

from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Reader(HTMLParser):
    def __init__(self, words):
        super().__init__()
        self.words, self.around, self.found = words, [], []

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.around.append((tag, dict(attributes).get("lang")))

    def handle_endtag(self, tag):
        while self.around and self.around.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.words in data and not {"title", "script"} & {tag for tag, _language in self.around}:
            self.found.append(next((language for _tag, language in reversed(self.around) if language), None))


def languages_around(page, words):
    """Return the language of each text of `page`, HTML, in which `words` are, in the order of the page."""
    reader = _Reader(words)
    reader.feed(page)
    return reader.found


def language_around(page, words):
    """Return the one language of all texts with `words`, of which there is one at least."""
    (language,) = set(languages_around(page, words))
    return language
