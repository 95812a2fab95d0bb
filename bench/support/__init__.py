"""The common parts of the benchmarks: a temporary site under gunicorn, clients, and the table in the docs.

site              a site in a temporary directory, served as `make run` serves one
pages_site        the site that `bench/pages.py` asks
settings          the settings of `make run`, with one address more
listing_settings  the settings of `make run`, for requests within one process
urls              the addresses of the site, and some to compare with
earlier           an earlier commit of the site, with a copy of the data
nginx             nginx as a plain file server, to compare with
plain_nginx       nginx that takes files by PUT, to compare with
clients           HTTP clients that cost little processor time
load              wrk, and viewers that read slowly
players           many players in one thread
slow_viewers      many viewers that read slowly, in one thread
browsers          browsers that have unlocked a video
chromium          the Chromium of the benches
hands             the hands of an editor in a browser
admin_pages       the lists of the admin that `bench/catalogue.py` asks for
report            the table of a bench in docs/performance.md
"""
