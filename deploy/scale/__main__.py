"""`python -m deploy.scale`: make the configurations, then start and supervise everything. `make scale` runs it."""

import fcntl
import os
import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)
# Only the user of this process can read files that it, or a process that it starts, writes from here on.
os.umask(0o077)

from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from deploy.first_start import MARKER  # noqa: E402
from deploy.problems import Problem, check_writable, explain_os_error, say  # noqa: E402
from deploy.problems import report as report_problem  # noqa: E402
from deploy.scale import environment, nginx, postgresql, redis, report, s3  # noqa: E402
from deploy.scale.places import Places, choose_ports, places_for  # noqa: E402
from deploy.scale.servers import find_servers  # noqa: E402
from deploy.scale.stages import Setup, programs_of, stages_of  # noqa: E402
from deploy.supervise import Supervisor  # noqa: E402
from site_config.environment import env  # noqa: E402


def make_setup() -> tuple[Setup, bool]:
    """Return the set-up of the environment, with all its files, and whether it has the demo. Raises Problem."""
    try:
        variables = env.environment()
        values = env.read(variables)
    except ImproperlyConfigured as error:
        raise Problem(str(error)) from None
    places = places_for(variables)
    check_writable(places.data_dir)
    try:
        places.make()
        refuse_second_start(places)
        servers = find_servers(postgresql.version_of(postgresql.cluster_of(places)))
        s3_program = s3.find_program() if s3.is_wanted(variables) else None
        if s3_program:
            s3.make_volume(places, s3_program)
        ports = choose_ports(values.PORT if variables.get("PORT", "").strip() else None)
        cluster = postgresql.make_cluster(places, servers.postgresql)
        site = environment.site_variables(variables, places, ports)
        environment.write_file(site, places.environment)
        redis.write_configuration(places, ports.redis)
        nginx.make_certificate(places, servers.openssl)
        more = s3.https_server(places, ports) if s3_program else ""
        nginx.write_configuration(places, ports, site, more=more)
    except OSError as error:
        raise Problem(explain_os_error(error, error.filename or places.data_dir)) from None
    return Setup(places, ports, servers, cluster, site, s3_program), values.DEMO


def refuse_second_start(places: Places) -> None:
    """Raise Problem if another `make scale` runs on this directory; its lock ends with its process."""
    lock = os.open(places.own / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Problem(f"make scale runs on {places.data_dir} already: stop it, or choose another DATA_DIR.") from None


def main(arguments: list[str]) -> int:
    """Start everything, and return an exit code when it has ended."""
    parent = os.getppid() if "--end-with-parent" in arguments else None
    try:
        setup, has_demo = make_setup()
    except Problem as problem:
        return report_problem(problem)
    reader, writer = os.pipe()
    programs = programs_of(setup, writer)
    has_reported = False

    def on_ready() -> None:
        nonlocal has_reported
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as file:
            password = file.read()
        has_reported = True
        report.write(setup, programs)
        say(report.welcome(setup, password, has_demo=has_demo))
        (setup.places.data_dir / MARKER).unlink(missing_ok=True)

    def on_start() -> None:
        if has_reported:
            report.write(setup, programs)

    say("Starting PostgreSQL and Redis …")
    try:
        return Supervisor(stages_of(setup, programs, on_ready), parent=parent, on_start=on_start).run()
    finally:
        report.remove(setup.places)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
