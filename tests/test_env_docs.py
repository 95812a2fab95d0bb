"""`.env.example` and `docs/settings.md` say what `site_config/environment/variables.py` says."""

import re

from site_config.environment import describe, env, variables


def test_example_file_is_the_one_written_from_the_table():
    written = (env.PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    assert written == describe.example(), "run .venv/bin/python -m site_config.environment.describe"


def test_settings_page_is_the_one_written_from_the_table():
    written = (env.PROJECT_ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert written == describe.document(), "run .venv/bin/python -m site_config.environment.describe"


def test_each_variable_is_declared_once_and_explained_in_a_sentence():
    names = [variable.name for variable in variables.VARIABLES]
    assert len(names) == len(set(names))
    for variable in variables.VARIABLES:
        assert re.fullmatch(r"[A-Z].*\.", variable.meaning), variable.name


def test_every_default_of_the_example_file_reads_back_as_itself():
    lines = re.findall(r"^#([A-Z0-9_]+)=(.*)$", describe.example(), re.MULTILINE)
    values = env.read(dict(lines))
    assert {name for name, _ in lines} == {variable.name for variable in variables.VARIABLES}
    for variable in variables.VARIABLES:
        assert getattr(values, variable.name) == variable.default, variable.name


def test_no_other_module_of_the_site_reads_the_environment():
    # The sandbox looks up what Windows needs to start a process at all; it is no setting of the site.
    sandbox = "video_pages/transcoding/sandbox.py"
    # A password never stands in a command line: the command is told which variable holds it.
    importing = "video_pages/management/commands/import_videos.py"
    allowed = {
        "site_config/environment/env.py",
        "site_config/wsgi.py",
        "site_config/settings/test.py",
        sandbox,
        importing,
    }
    for package in ("site_config", "video_pages", "home"):
        for path in (env.PROJECT_ROOT / package).rglob("*.py"):
            name = path.relative_to(env.PROJECT_ROOT).as_posix()
            if name not in allowed:
                text = path.read_text(encoding="utf-8")
                assert not re.search(r"os\.environ|os\.getenv|\bgetenv\(", text), name
