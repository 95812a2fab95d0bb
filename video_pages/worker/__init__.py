"""The worker: one process beside the web server that does what no request may wait for.

models    its heartbeat, and the last runs of the periodic work
periodic  the work that comes round by the clock
loop      the process: queue, sweep, clock and heartbeat
probes    what is asked of each part of the site, and for how long
health    what /healthz answers
"""
