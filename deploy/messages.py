"""Extract the visible texts into the catalogues: `python -m deploy.messages`, which is what `make messages` runs.

xgettext (Debian's package gettext) reads the Python modules, and what Django's `templatize` makes of the templates.
A catalogue has the entries in the order of the sources, with the names of their files and without line numbers or
dates: texts that do not change make no difference. A changed text is a new one, never a guess ("fuzzy"), and
one that is no longer used is removed. Scripts have no texts of their own: templates give them in `data-` attributes.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import polib
from django.utils.translation import templatize

from deploy.bootstrap import ROOT
from deploy.catalogues import catalogues
from deploy.compile_catalogues import compile_catalogue
from deploy.problems import Problem, report, say

FOLDERS = ("home", "site_config", "templates", "video_pages")
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)
# Forms of GNU gettext's manual, 11.2.6.
TWO = "nplurals=2; plural=(n != 1);"
TWO_FROM_TWO_ON = "nplurals=2; plural=(n > 1);"
PLURALS = {
    "de": TWO,
    "es": TWO,
    "fr": TWO_FROM_TWO_ON,
    "it": TWO,
    "ja": "nplurals=1; plural=0;",
    "nl": TWO,
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "pt_BR": TWO_FROM_TWO_ON,
}
WIDTH = 100


def sources(root: Path = ROOT) -> list[Path]:
    """Return the paths of all modules and templates with texts below `root`, relative to it, in order."""
    found = [path.relative_to(root) for name in FOLDERS for path in (root / name).rglob("*")]
    return sorted(path for path in found if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts)


def template(root: Path = ROOT) -> polib.POFile:
    """Return all texts of the project below `root`, without translations. Raises Problem."""
    with tempfile.TemporaryDirectory() as folder:
        readable = Path(folder)
        names = []
        for path in sources(root):
            text = (root / path).read_text("utf-8")
            if path.suffix != ".py":
                if "{%" not in text and "{{" not in text:
                    continue
                text = templatize(text, origin=str(path))
            copy = readable / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, "utf-8")
            names.append(str(path))
        options = ["--language=Python", "--from-code=UTF-8", "--add-comments=Translators", "--add-location=file"]
        command = ["xgettext", *options, *(f"--keyword={word}" for word in KEYWORDS), "--output=-", "--files-from=-"]
        try:
            done = subprocess.run(command, cwd=readable, input="\n".join(names), capture_output=True, text=True)
        except FileNotFoundError:
            raise Problem("xgettext is missing: install gettext (on Debian and Ubuntu: apt install gettext).") from None
    if done.returncode != 0 or "warning:" in done.stderr:
        raise Problem(f"The texts could not be extracted: {done.stderr.strip()}")
    return polib.pofile(done.stdout)


def merged(texts: polib.POFile, language: str, old: polib.POFile | None = None) -> polib.POFile:
    """Return the catalogue of `language` (as de or pt_BR): `texts` with the translations that `old` has of them."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in old or [] if not entry.obsolete}
    plural = PLURALS.get(language) or (old.metadata.get("Plural-Forms", TWO) if old is not None else TWO)
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural,
    }
    forms = int(plural.partition("nplurals=")[2].partition(";")[0])
    for text in texts:
        own = known.get((text.msgctxt, text.msgid))
        entry = polib.POEntry(
            msgctxt=text.msgctxt,
            msgid=text.msgid,
            msgid_plural=text.msgid_plural,
            occurrences=[(name, "") for name, _line in text.occurrences],
            comment=text.comment,
            tcomment=own.tcomment if own else "",
            flags=[flag for flag in text.flags if flag != "fuzzy"],
        )
        if text.msgid_plural:
            given = own.msgstr_plural if own else {}
            entry.msgstr_plural = {form: given.get(form, "") for form in range(forms)}
        else:
            entry.msgstr = own.msgstr if own else ""
        catalogue.append(entry)
    return catalogue


def renewed(path: Path, texts: polib.POFile) -> str:
    """Return what the catalogue `path` has to contain for `texts`; the file need not exist."""
    old = polib.pofile(str(path)) if path.exists() else None
    return f"{merged(texts, path.parents[1].name, old)}"


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Renew the catalogues and compile them, or with --check say which would change; return an exit code."""
    parser = argparse.ArgumentParser(prog="make messages", description="Extract the texts into the catalogues.")
    parser.add_argument("--add", default=[], nargs="+", metavar="LANGUAGE", help="begin a catalogue, as sv or pt_BR")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a catalogue would change")
    chosen = parser.parse_args(arguments)
    try:
        texts = template(root)
    except Problem as problem:
        return report(problem)
    paths = sorted({*catalogues(root), *(root / f"locale/{name}/LC_MESSAGES/django.po" for name in chosen.add)})
    changed = []
    for path in paths:
        text = renewed(path, texts)
        if not path.exists() or path.read_text("utf-8") != text:
            changed.append(path)
            if not chosen.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
        if not chosen.check:
            compile_catalogue(path)
        left = sum(1 for entry in polib.pofile(str(path)) if not entry.translated()) if path.exists() else len(texts)
        state = "differs" if path in changed and chosen.check else "renewed" if path in changed else "as it was"
        say(f"{path.parents[1].name}: {len(texts)} texts, {left} without a translation; {state}")
    return 1 if chosen.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
