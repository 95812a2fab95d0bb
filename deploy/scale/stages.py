"""The programs in the order of their start: servers, preparation, web servers and workers, nginx."""

import http.client
import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

from deploy.scale import nginx, postgresql, redis, s3
from deploy.scale.environment import process_environment
from deploy.scale.places import LOOPBACK, ROOT, WORKERS, Places, Ports
from deploy.scale.servers import Servers
from deploy.supervise import Program, Stage

READY_PATH = "/healthz/ready"


@dataclass(frozen=True)
class Setup:
    """The folders, ports, servers and settings from which the stages are made."""

    places: Places
    ports: Ports
    servers: Servers
    cluster: Path
    site: dict[str, str]
    s3_program: Path | None = None


@dataclass(frozen=True)
class Programs:
    """The programs by their kind."""

    postgresql: Program
    redis: Program
    prepare: Program
    web: list[Program]
    workers: list[Program]
    nginx: Program
    s3: Program | None


def programs_of(setup: Setup, password_fd: int) -> Programs:
    """Return the programs; `password_fd` is the descriptor to which the preparation writes a new password."""
    places, ports, servers = setup.places, setup.ports, setup.servers

    def program(name: str, command: list[str], **options: object) -> Program:
        return Program(name, command, log=places.log(name), **options)  # type: ignore[arg-type]  # those of Program

    gunicorn = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py")]
    worker = [sys.executable, str(ROOT / "manage.py"), "process_videos"]
    plain = process_environment(setup.site)
    s3_server = None
    if setup.s3_program:
        s3_command = s3.command(setup.s3_program, places, ports.s3)
        s3_server = program("S3 server", s3_command, environment=s3.environment(places))
    return Programs(
        postgresql=program(
            "PostgreSQL",
            postgresql.command(servers.postgresql, setup.cluster, ports.postgresql),
            user=postgresql.service_user(),
            stop_signal=SIGINT,  # ends its sessions; SIGTERM would wait for them
        ),
        redis=program("Redis", redis.command(servers.redis, places)),
        # On the terminal: it says what takes time, and why it fails.
        prepare=Program(
            "preparation",
            [
                sys.executable,
                "-m",
                "deploy.scale.prepare",
                str(password_fd),
                *([s3.BUCKET] if setup.s3_program else []),
            ],
            environment=process_environment(setup.site, ports.web[0]),
            runs_once=True,
            pass_fds=[password_fd],
        ),
        web=[
            program(
                f"web server {number}",
                [*gunicorn, "site_config.wsgi:application"],
                environment=process_environment(setup.site, port),
            )
            for number, port in enumerate(ports.web, 1)
        ],
        workers=[program(f"worker {number}", worker, environment=plain) for number in range(1, WORKERS + 1)],
        nginx=program("nginx", nginx.command(servers.nginx, places)),
        s3=s3_server,
    )


def stages_of(setup: Setup, programs: Programs, on_ready: Callable[[], None]) -> list[Stage]:
    """Return the stages; `on_ready()` is called when the site answers through nginx."""
    ports = setup.ports
    listening = [ports.postgresql, ports.redis, *([ports.s3] if programs.s3 else [])]
    return [
        Stage(
            [programs.postgresql, programs.redis, *([programs.s3] if programs.s3 else [])],
            is_ready=lambda: all(is_listening(port) for port in listening),
        ),
        Stage([programs.prepare], is_ready=lambda: programs.prepare.is_done),
        Stage(
            [*programs.web, *programs.workers],
            is_ready=lambda: all(answers(http.client.HTTPConnection(LOOPBACK, port, timeout=2)) for port in ports.web),
        ),
        Stage([programs.nginx], is_ready=lambda: answers(over_tls(ports.https)), on_ready=on_ready),
    ]


def is_listening(port: int) -> bool:
    """Return whether a server accepts connections on `port` of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((LOOPBACK, port)) == 0


def over_tls(port: int) -> http.client.HTTPSConnection:
    """Return a connection to the nginx of this set-up, whose certificate no authority has signed."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(LOOPBACK, port, timeout=2, context=context)


def answers(connection: http.client.HTTPConnection) -> bool:
    """Return whether the site behind `connection` is ready for requests; close the connection."""
    try:
        connection.request("GET", READY_PATH)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
