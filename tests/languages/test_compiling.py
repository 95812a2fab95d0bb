"""Catalogues are compiled at set-up, once for each change, without gettext's own programs."""

import gettext
import sys

import polib
import pytest

from deploy import catalogues, messages
from deploy.compile_catalogues import compile_catalogue
from deploy.problems import Problem


@pytest.fixture
def project(tmp_path):
    """A project directory with one template, one module and a German catalogue that was made from them."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}{% translate "Film" %}{% blocktranslate count n=n trimmed %}\n'
        "  {{ n }} film{% plural %}{{ n }} films{% endblocktranslate %}"
    )
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "views.py").write_text('from x import gettext as _\nA = _("Password")\n')
    return tmp_path


def catalogue(project):
    return project / "locale" / "de" / "LC_MESSAGES" / "django.po"


def translate(project, **texts):
    found = polib.pofile(str(catalogue(project)))
    for entry in found:
        entry.msgstr = texts.get(entry.msgid, entry.msgstr)
    found.save()


def test_extraction_keeps_translations_and_drops_what_is_gone(project, require, capsys):
    require("xgettext")
    assert messages.main(["--add", "de"], project) == 0
    translate(project, Film="Film", Password="Passwort")
    (project / "home" / "views.py").write_text('from x import gettext as _\nA = _("New password")\n')
    assert messages.main(["--check"], project) == 1
    assert "differs" in capsys.readouterr().out
    assert messages.main([], project) == 0
    assert messages.main(["--check"], project) == 0
    found = polib.pofile(str(catalogue(project)))
    assert [(entry.msgid, entry.msgstr, entry.fuzzy) for entry in found] == [
        ("New password", "", False),
        ("Film", "Film", False),
        ("%(n)s film", "", False),
    ]
    text = catalogue(project).read_text()
    assert "POT-Creation-Date" not in text and "page.html:" not in text and "#~" not in text


def test_a_changed_catalogue_is_compiled_and_an_unchanged_one_is_not(project, require, monkeypatch):
    require("xgettext")
    messages.main(["--add", "de"], project)
    translate(project, Film="Streifen")
    assert not catalogues.is_compiled(catalogue(project))
    compile_catalogue(catalogue(project))
    with open(catalogue(project).with_suffix(".mo"), "rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Film") == "Streifen"
    assert catalogues.is_compiled(catalogue(project))
    monkeypatch.setattr(catalogues.subprocess, "run", None)  # would fail if it was called
    catalogues.set_up(sys.executable, project)


def test_a_catalogue_that_cannot_be_read_stops_the_start_with_a_sentence(project, monkeypatch):
    catalogue(project).parent.mkdir(parents=True)
    catalogue(project).write_text("msgid ???")
    command = "import sys; sys.exit('Syntax error in locale')"
    run = catalogues.subprocess.run
    monkeypatch.setattr(catalogues.subprocess, "run", lambda args, **options: run([args[0], "-c", command], **options))
    with pytest.raises(Problem, match="could not be compiled: Syntax error"):
        catalogues.set_up(sys.executable, project)
