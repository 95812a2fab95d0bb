"""Before the containers of deploy/compose.yml start: bucket, database, static files, the configuration of nginx.

`python -m deploy.containers FOLDER` writes screening-room.conf into FOLDER. Servers of the version before may work
meanwhile: their columns stay, and static files are only added.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.bucket import make_bucket
from deploy.problems import Problem, report, say
from deploy.scale.nginx import bucket_edits, rendered, upstream

WEB_SERVERS = ("web-1:8000", "web-2:8000")
TLS = "/etc/nginx/tls"
RESOLVER = "127.0.0.11"
"""The DNS server of Docker's networks. A container that is made anew may have another address."""


def edits_for(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the lines of nginx's container for HOST_NAME, GATE_SECRET, DELIVERY and DATA_DIR of `variables`.

    Raises Problem if one is missing.
    """
    missing = [name for name in ("HOST_NAME", "GATE_SECRET", "DATA_DIR") if not variables.get(name)]
    if missing:
        raise Problem(f"{', '.join(missing)} must be set: deploy/compose.yml names the variables.")
    name, data = variables["HOST_NAME"], variables["DATA_DIR"]
    engine = "nginx" if variables.get("DELIVERY", "nginx") == "nginx" else "off"
    cache = "keys_zone=screening_room:16m max_size=256m inactive=10s use_temp_path=off"
    return {
        **bucket_edits(variables, "/tmp/slices", "/dev/stderr", size="512m", resolver=RESOLVER),
        "upstream": upstream(WEB_SERVERS, resolver=RESOLVER),
        "engine": f"default {engine};",
        "secret": f'default "{variables["GATE_SECRET"]}";',
        "verdicts": f"proxy_cache_path /run/screening-room-verdicts {cache};",
        "name": f"server_name {name};",
        "http": "listen 8080;",
        "http6": "",
        "https": "listen 8443 ssl http2;",
        "https6": "",
        "certificate": f"ssl_certificate {TLS}/fullchain.pem;",
        "key": f"ssl_certificate_key {TLS}/privkey.pem;",
        "log": "access_log /dev/stdout screening_room;",
        "errors": "error_log /dev/stderr error;",
        "link_errors": "error_log /dev/stderr crit;",
        "upload": "client_max_body_size 11g;",
        "static": f"alias {data}/static/;",
        "media": f"alias {data}/media/public/;",
        "library": f"root {data}/media/protected;",
        "files": f"alias {data}/media/protected/;",
    }


def write_configuration(folder: Path, variables: Mapping[str, str]) -> None:
    """Write screening-room.conf into `folder`, whole and readable by this user. Raises Problem and OSError."""
    path = folder / "screening-room.conf"
    new = path.with_suffix(".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(rendered(edits_for(variables)))
    new.replace(path)


def main(arguments: list[str]) -> int:
    """Prepare everything; return an exit code."""
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    try:
        write_configuration(Path(arguments[0]), os.environ)
        django.setup()
        # `migrate` makes no system checks when it is called.
        call_command("check", deploy=True)
        if settings.LIBRARY_STORAGE == "s3":
            make_bucket(settings.S3_BUCKET)
    except ImproperlyConfigured as error:
        return report(Problem(str(error)))
    except SystemCheckError as error:
        return report(Problem(f"The settings do not fit together.\n{error}"))
    except Problem as problem:
        return report(problem)
    call_command("migrate", interactive=False)
    say("Collecting the static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
