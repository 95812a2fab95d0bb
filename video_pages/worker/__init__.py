"""Worker: the process beside the web server that transcodes and does periodic work.

models          WorkerHeartbeat and PeriodicRun
loop            the process: slots, sweep, periodic tasks, heartbeat
steps           a step that is repeated in a thread, and the pace of others
slots           the jobs that the process does at the same time
database_queue  TASKS=database: slots look into the table of jobs
celery_queue    TASKS=celery: Celery's workers wake the slots
presence        TASKS=celery: which workers are alive, as the broker's Redis knows
periodic        periodic tasks; each runs once however many workers there are
probes          checks of the parts of the site, each with a time limit
health          answers of `/healthz`
"""
