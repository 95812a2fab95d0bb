"""Set up and run the site, for `make run` and `make test`.

bootstrap.py  with any Python and its standard library: version, .venv, locked packages
update.py     renew the locked requirements: what `make update` runs
browser_packages.py  what npm brings for browsers; only the files used go on
start.py, launch.py  inside .venv: environment, database, static files, first start, then hand over to serve.py
first_start.py  the first superuser and the demo
serve.py, supervise.py  without Django: start the web server and the worker, keep them running, end them together
problems.py   errors during set-up, one sentence each
gunicorn.conf.py  the web server's own settings
"""
