"""The configuration of the site: environment, engines, settings, checks, headers, addresses.

apps                  registers the system checks, sets the umask, makes the data directories
settings              Django's settings
urls                  the addresses of the site
wsgi                  the application that servers load
wagtail_hooks         changes of Wagtail's admin
management            its commands
formats               formats of dates and times that differ from Django's
compat                private APIs of Django, Wagtail and modelsearch that we use
env                   values of the environment
casts                 the text of an environment variable as a value
variables             the table of the variables
processing_variables  its rows of processing
storage_variables     its rows of the bucket
describe              writes `.env.example` and `docs/settings.md` from the table
engines               values of the environment as Django's settings
worker_engines        the same of workers
packages              checks that the packages of an engine are installed
version               the version of the site
checks                system checks of settings
database_checks       system checks of rows
cdn_checks            system checks of CDN_URL
storage_checks        system checks of object storage
task_checks           system checks of TASKS=celery
security              protection of the site as a whole
sqlite3               the engine for SQLite
postgresql            the engine for PostgreSQL
database_copy         a copy of all rows in another database
caches                caches whose errors are misses
sessions              sessions in the database, with a copy in the cache
hashers               a password hasher for the tests
search                the search backend of the engine's own index
search_cluster        the search backend of a cluster
languages             the languages of the site's own words
own_language          each request begins in the site's own language
static                static files with hashed names
media                 the view of public media
health                the answer to /healthz
request_id            an id for each request
logs                  handlers, formats, and the removal of secrets
admin_mail            mail to ADMINS about errors
sentry                errors to Sentry
metrics               `/metrics` for Prometheus
"""

import gc

USUAL_THRESHOLD = gc.get_threshold()
# Every process of the site imports this package first. To import Wagtail makes so many objects that Python looks for
# garbage 450 times, which takes a seventh of the start and finds little. Until the apps are loaded it looks more
# rarely; `site_config.apps` sets the usual numbers again.
gc.set_threshold(100_000, 20, 20)
