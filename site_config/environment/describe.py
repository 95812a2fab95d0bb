"""`python -m site_config.environment.describe`: write `.env.example` and `docs/settings.md` from the table."""

from itertools import groupby
from pathlib import Path

from site_config.environment import casts
from site_config.environment.variables import GIB, KIB, MIB, PROJECT_ROOT, VARIABLES, Variable

EXAMPLE_INTRODUCTION = """\
# Copy this file to .env and change what you need. Every commented line shows the default.
# Variables of the environment override this file. docs/settings.md explains more.
"""

DOCUMENT_INTRODUCTION = """\
# Settings

Every setting is an environment variable, declared once in `site_config/environment/variables.py` with its type and
default. Set them in the environment or in a file `.env` beside `manage.py` (start with `.env.example`). The
environment overrides the file, and an empty value counts as not set. `ENV_FILE` names another file than `.env`, or
none if it is `-`. An invalid value stops the start with one sentence that names the variable.

`DJANGO_SETTINGS_MODULE`, in the environment and not in `.env`, selects the settings:
`site_config.settings.dev` (what `make run` uses; no secrets needed) or `site_config.settings.production`
(refuses to start without `SECRET_KEY`, `ALLOWED_HOSTS` and `BASE_URL`, sends visitors to HTTPS).
[operators.md](operators.md) shows both in use.

`.venv/bin/python -m site_config.environment.describe` writes this page.
"""


def shown_default(variable: Variable) -> str:
    """Return the default in the form that an operator types; "" if there is none."""
    value = variable.default
    if value is True or value is False:
        return str(int(value))
    if value == PROJECT_ROOT:
        return "the project's directory"
    if variable.cast is casts.size and value:
        for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
            if value % unit == 0:
                return f"{value // unit} {name}"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def example() -> str:
    """Return the text of `.env.example`."""
    parts = [EXAMPLE_INTRODUCTION]
    for section, variables in groupby(VARIABLES, key=lambda variable: variable.section):
        parts.append(f"\n# {section}\n")
        for variable in variables:
            default = "" if variable.default == PROJECT_ROOT else shown_default(variable)
            parts.append(f"\n# {variable.meaning}\n#{variable.name}={default}\n")
    return "".join(parts)


def document() -> str:
    """Return the text of `docs/settings.md`."""
    parts = [DOCUMENT_INTRODUCTION]
    for section, variables in groupby(VARIABLES, key=lambda variable: variable.section):
        parts.append(f"\n## {section}\n\n| variable | value | default | meaning |\n|---|---|---|---|\n")
        for variable in variables:
            kind = (variable.cast.__doc__ or "").splitlines()[0].rstrip(".")
            default = shown_default(variable)
            parts.append(f"| `{variable.name}` | {kind} | {default} | {variable.meaning} |\n")
    return "".join(parts)


def main(root: Path = PROJECT_ROOT) -> None:
    """Write both files below `root` (Path)."""
    (Path(root) / "docs").mkdir(exist_ok=True)
    (Path(root) / ".env.example").write_text(example(), encoding="utf-8")
    (Path(root) / "docs" / "settings.md").write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
