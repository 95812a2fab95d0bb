"""gunicorn's settings: 2 processes of 256 threads, because a viewer holds a thread while bytes flow."""

import os
import resource
from typing import Any

from site_config.environment import env
from site_config.monitoring import logs
from site_config.monitoring.metrics import files

_values = env.read(env.environment())
_host = f"[{_values.LISTEN_ADDRESS}]" if ":" in _values.LISTEN_ADDRESS else _values.LISTEN_ADDRESS

bind = [f"{_host}:{_values.PORT}"]
if _values.METRICS_PORT:
    _metrics_host = f"[{_values.METRICS_ADDRESS}]" if ":" in _values.METRICS_ADDRESS else _values.METRICS_ADDRESS
    bind.append(f"{_metrics_host}:{_values.METRICS_PORT}")
workers = _values.WEB_WORKERS
worker_class = "deploy.web_worker.BalancedThreadWorker"
threads = _values.WEB_THREADS

# The kernel copies a video from the file to the socket (wsgi.file_wrapper). `sendfile` is left unset on purpose:
# gunicorn takes any value of it, True as well, for the wish to do without.

# A gthread worker gives its sign of life from the main loop: a long upload or stream does not end it.
timeout = 60
keepalive = 5
# Streams go on for hours: at a stop they are cut, and players ask again where they were.
graceful_timeout = 3

# Which proxy to believe is the site's own setting (SECURE_PROXY, TRUSTED_PROXIES), not gunicorn's guess.
forwarded_allow_ips = ""
control_socket_disable = True
accesslog = None
loglevel = "warning"
logconfig_dict = logs.logging_settings(_values.LOG_LEVEL, _values.LOG_FORMAT, secrets=logs.secrets_of(_values))
if os.path.isdir("/dev/shm"):
    # The sign of life is a file's time stamp; on a busy disk, touching it can block.
    worker_tmp_dir = "/dev/shm"

# A stream holds a socket and a file: 1024 open files, the usual limit, would be too few.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
_wanted = 65_536 if _hard == resource.RLIM_INFINITY else min(_hard, 65_536)
if _soft < _wanted:
    resource.setrlimit(resource.RLIMIT_NOFILE, (_wanted, _hard))

# Between two segments, the connection of a viewer is idle: it holds a file, 3 KB and no thread. gunicorn keeps as many
# as worker_connections exceeds the threads, and closes each further one after its answer.
_spare = max(_soft, _wanted) - 2 * threads - 256
worker_connections = threads + max(threads, min(4096, _spare))

if _values.METRICS_PORT or _values.METRICS_TOKEN:
    # Each process writes its counts into files that all read: any of them answers for all.
    _folder = files.make_folder(os.getpid())
    raw_env = [f"{files.VARIABLE}={_folder}"]

    def post_fork(server: Any, worker: Any) -> None:
        """Let the new process continue the sums of one that has ended."""
        files.adopt(_folder, worker.pid)

    def child_exit(server: Any, worker: Any) -> None:
        """Keep the sums of a process that has ended."""
        files.release(_folder, worker.pid)

    def on_exit(server: Any) -> None:
        """Remove the files of this server."""
        files.remove(_folder)
