"""gunicorn's settings: 2 processes of 256 threads, because a viewer holds a thread while bytes flow."""

import os
import resource

from site_config import env, logs

_values = env.read(env.environment())
_host = f"[{_values.LISTEN_ADDRESS}]" if ":" in _values.LISTEN_ADDRESS else _values.LISTEN_ADDRESS

bind = [f"{_host}:{_values.PORT}"]
workers = _values.WEB_WORKERS
worker_class = "gthread"
threads = _values.WEB_THREADS
worker_connections = 2 * _values.WEB_THREADS

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
