"""The table of a bench: printed, and put between its two marks in docs/performance.md."""

import re

from support.site import ROOT

PERFORMANCE = ROOT / "docs" / "performance.md"


def table(head, rows):
    """The Markdown table of `rows`, each as long as `head`; every column but the first is right-aligned."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def write(name, text):
    """Print `text` and replace what stands between `<!-- name -->` and `<!-- /name -->` with it."""
    print(text)
    document = PERFORMANCE.read_text()
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not marked.search(document):
        raise SystemExit(f"{PERFORMANCE} has no place marked <!-- {name} --> for these figures.")
    PERFORMANCE.write_text(marked.sub(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", document))
