"""The configuration of the site: environment, engines, settings, checks, headers, addresses.

apps           registers the system checks, sets the umask, makes the data directories
settings       Django's settings
environment    the variables of the environment, and the settings that follow from them
checks         system checks
urls           the addresses of the site
wsgi           the application that servers load
wagtail_hooks  changes of Wagtail's admin
management     its commands
formats        formats of dates and times that differ from Django's
compat         private APIs of Django, Wagtail and modelsearch that we use
version        the version of the site
security       protection of the site as a whole
monitoring     log, errors, health and metrics, for operators
sqlite3        the engine for SQLite
postgresql     the engine for PostgreSQL
database_copy  a copy of all rows in another database
caches         caches whose errors are misses
sessions       sessions in the database, with a copy in the cache
search         the search backends
hashers        a password hasher for the tests
languages      the languages of the site's own words
own_language   each request begins in the site's own language
static         static files with hashed names
media          the view of public media
"""

import gc

USUAL_THRESHOLD = gc.get_threshold()
# Every process of the site imports this package first. To import Wagtail makes so many objects that Python looks for
# garbage 450 times, which takes a seventh of the start and finds little. Until the apps are loaded it looks more
# rarely; `site_config.apps` sets the usual numbers again.
gc.set_threshold(100_000, 20, 20)
