"""System checks, which run before a server, a worker or a command of the site starts.

settings_checks  checks of settings
database_checks  checks of rows
cdn_checks       checks of CDN_URL
storage_checks   checks of object storage
task_checks      checks of TASKS=celery
"""
