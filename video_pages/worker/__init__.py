"""Worker: the process beside the web server that transcodes and does periodic work.

models    WorkerHeartbeat and PeriodicRun
loop      the process: queue, sweep, periodic tasks, heartbeat
compat    the worker class of django-tasks-db that `loop` uses
periodic  periodic tasks; each runs once however many workers there are
probes    checks of the parts of the site, each with a time limit
health    answers of `/healthz`
"""
