"""The values of the environment; `site_config.environment.variables` declares each variable once.

No other module reads a variable of the table. `read()` takes a mapping, so tests pass plain dictionaries.
`environment()` joins the variables of the process with those of an optional `.env` file; the process's variables take
precedence.
"""

import difflib
import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace

import environ
from django.core.exceptions import ImproperlyConfigured

from site_config.environment.variables import PROJECT_ROOT as PROJECT_ROOT  # where the other modules look for it
from site_config.environment.variables import VARIABLES


def environment(root: Path = PROJECT_ROOT, environ_: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables to read: `environ_` (default: the process's), then the lines of `root`/.env.

    ENV_FILE names another file, or none if it is `-`. It is not in the table, because it determines the source of the
    table's values.
    """
    own = dict(os.environ if environ_ is None else environ_)
    return {**file_variables(root, own), **own}


def file_variables(root: Path = PROJECT_ROOT, environ_: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of the `.env` file, or of the file that ENV_FILE names; {} if there is none.

    Raises ImproperlyConfigured if the file can't be read.
    """
    name = (os.environ if environ_ is None else environ_).get("ENV_FILE", ".env")
    if name == "-":
        return {}

    class FileEnv(environ.Env):
        ENVIRON: dict[str, str] = {}

    path = Path(root) / name
    if path.exists() and not os.access(path, os.R_OK):
        raise ImproperlyConfigured(f"{path} can't be read by this user: give it the right to, or set ENV_FILE=-.")
    FileEnv.read_env(path)
    return FileEnv.ENVIRON


@logging.getLogger("environ.environ").addFilter
def _hide_values(record: logging.LogRecord) -> bool:
    """Remove the value from django-environ's message about an invalid line, which may contain a secret."""
    if record.msg == "Invalid line: %s" and isinstance(record.args, tuple):
        line = str(record.args[0])
        name = line.partition("=")[0].strip() if "=" in line else "a line"
        record.msg = "%r in .env is ignored: write NAME=value, without blanks before NAME and around the sign."
        record.args = (name[:60],)
    return True


def metrics_folder() -> str:
    """Return the folder in which the processes of one web server count together, "" if they don't.

    prometheus-client's own variable; deploy/gunicorn.conf.py sets it.
    """
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


def unknown_names(names: Iterable[str]) -> dict[str, str]:
    """Return {name: the most similar variable, or ""} for those of `names` that are not in VARIABLES."""
    known = [variable.name for variable in VARIABLES]
    return {
        name: "".join(difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.75))
        for name in names
        if name not in known
    }


def read(variables: Mapping[str, str]) -> SimpleNamespace:
    """Return the values as a namespace, one attribute for each of `VARIABLES`.

    `variables` maps names to text. An empty text counts as not set. Raises ImproperlyConfigured with
    one sentence naming the variable, its value and what was expected.
    """

    class MappingEnv(environ.Env):
        # django-environ reads "$NAME" as a reference to another variable. A password may begin with "$",
        # so every "$" is escaped here, and unescaped on reading (`escape_proxy`).
        ENVIRON = {name: text.replace("$", r"\$") for name, text in variables.items() if text.strip()}

    env = MappingEnv()
    env.escape_proxy = True
    values = SimpleNamespace()
    for variable in VARIABLES:
        try:
            is_set = variable.name in env.ENVIRON
            value = env.get_value(variable.name, cast=variable.cast) if is_set else variable.default
        except ValueError as problem:
            text = variables[variable.name]
            raise ImproperlyConfigured(f"{variable.name} is {text!r}, but must be {problem}.") from None
        setattr(values, variable.name, value)
    return values


def require(values: SimpleNamespace, *names: str) -> None:
    """Raise ImproperlyConfigured with all of `names` that are empty in `values`."""
    missing = [name for name in names if not getattr(values, name)]
    if missing:
        raise ImproperlyConfigured(
            f"Production needs {', '.join(missing)}: set {'it' if len(missing) == 1 else 'them'} in the "
            "environment or in .env (docs/settings.md says what each one means)."
        )
