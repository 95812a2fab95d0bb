"""scale.json, which names the running processes and their addresses, and the message for the operator."""

import json
import os
from typing import Any

from deploy.launch import DEMO_PASSWORD
from deploy.scale.places import LOOPBACK, Places
from deploy.scale.stages import Programs, Setup
from deploy.supervise import Program


def state(setup: Setup, programs: Programs) -> dict[str, Any]:
    """Return the content of scale.json. A process that is about to be started again has the pid null."""
    ports, site = setup.ports, setup.site
    return {
        "site": f"{site['BASE_URL']}/",
        "supervisor": {"pid": os.getpid()},
        "web": [
            {"pid": _pid(program), "url": f"http://{LOOPBACK}:{port}/"}
            for program, port in zip(programs.web, ports.web, strict=True)
        ],
        "workers": [{"pid": _pid(program)} for program in programs.workers],
        "postgresql": {"pid": _pid(programs.postgresql), "port": ports.postgresql, "url": site["DATABASE_URL"]},
        "redis": {"pid": _pid(programs.redis), "port": ports.redis, "url": site["CACHE_URL"]},
        "s3": _s3(setup, programs),
        "nginx": {"pid": _pid(programs.nginx), "url": f"{site['BASE_URL']}/"},
        "environment": str(setup.places.environment),
    }


def _s3(setup: Setup, programs: Programs) -> dict[str, Any] | None:
    if programs.s3 is None:
        return None
    site = setup.site
    names = {"url": "S3_ENDPOINT_URL", "bucket": "S3_BUCKET", "key_id": "S3_ACCESS_KEY_ID"}
    names["secret"] = "S3_SECRET_ACCESS_KEY"
    return {"pid": _pid(programs.s3), **{name: site[variable] for name, variable in names.items()}}


def _pid(program: Program) -> int | None:
    return program.process.pid if program.process else None


def write(setup: Setup, programs: Programs) -> None:
    """Replace scale.json, whole and readable by its owner: the addresses contain passwords. Raises OSError."""
    path = setup.places.report
    new = path.with_suffix(".json.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(state(setup, programs), file, indent=2)
    new.replace(path)


def remove(places: Places) -> None:
    """Remove scale.json: the processes that it names have ended."""
    places.report.unlink(missing_ok=True)


def welcome(setup: Setup, password: str, *, has_demo: bool) -> str:
    """Return the message with the addresses and, after the first start, the `password` of the superuser."""
    site = f"{setup.site['BASE_URL']}/"
    servers = "nginx, 2 web servers, 2 workers, PostgreSQL, Redis" + (", S3 server" if setup.s3_program else "")
    lines = ["", f"Screening Room is running: {servers}.", f"Site {site}"]
    if has_demo:
        lines.append(f"Videos {site}videos/   password of each demo video: {DEMO_PASSWORD}")
    if password and setup.site.get("ADMIN_PASSWORD"):
        lines.append(f"Admin {site}admin/   user: admin, password: the one in ADMIN_PASSWORD")
    elif password:
        lines.append(f"Admin {site}admin/   user: admin, password: {password}   (shown this once)")
    else:
        lines.append(f"Admin {site}admin/   user: admin")
    lines += [
        f"Processes {setup.places.report}   logs: {setup.places.own / 'logs'}",
        f"Commands ENV_FILE={setup.places.environment} DJANGO_SETTINGS_MODULE=site_config.settings.production "
        ".venv/bin/python manage.py …",
        "Stop Ctrl-C",
        "",
    ]
    return "\n".join(lines)
