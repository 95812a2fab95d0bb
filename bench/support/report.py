"""The table of a bench: printed, and put between its two marks in docs/performance.md."""

import os
import platform
import re
from datetime import date

from bench.support.site import ROOT

PERFORMANCE = ROOT / "docs" / "performance.md"


def table(head: list[str], rows: list[list[str]]) -> str:
    """The Markdown table of `rows`, each as long as `head`; every column but the first is right-aligned."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def measured(where: str = "", *, with_load: bool = False) -> str:
    """Return the sentence that names the day and the machine; `where` says who used its cores ("2 cores, SQLite")."""
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    load = f"; load of the machine at the end {os.getloadavg()[0]:.0f}" if with_load else ""
    return f"Measured on {date.today():%-d %B %Y}: {', '.join(filter(None, [machine, where]))}{load}."


def write(name: str, text: str, *, is_written: bool = True) -> None:
    """Print `text` and replace what stands between `<!-- name -->` and `<!-- /name -->` with it.

    Only print it unless `is_written`.
    """
    print(text)
    if not is_written:
        return
    document = PERFORMANCE.read_text()
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not marked.search(document):
        raise SystemExit(f"{PERFORMANCE} has no place marked <!-- {name} --> for these figures.")
    PERFORMANCE.write_text(marked.sub(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", document))
