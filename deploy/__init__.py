"""Set up and run the site, for `make run`, `make scale` and `make test`.

bootstrap.py  with any Python and its standard library: version, .venv, locked packages
update.py     renew the locked requirements: what `make update` runs
browser_packages.py  what npm brings for browsers; only the files used go on
bundles.py    the scripts and style sheets of visitors' pages, bundled by esbuild
catalogues.py, compile_catalogues.py  the catalogues of the languages, compiled for Django
messages.py   extract the visible texts into the catalogues: what `make messages` runs
start.py, launch.py  inside .venv: environment, database, static files, first start, then hand over to serve.py
first_start.py  the first superuser, drafts of the pages about the site, and the demo
serve.py, supervise.py, processes.py  without Django: start programs, keep them running, end them together
scale/    `make scale`: the same with nginx, PostgreSQL, Redis and several processes
containers.py  before the containers of compose.yml start: bucket, database, static files, the file of nginx
bucket.py  the bucket of the library on a server of one's own
problems.py   errors during set-up, one sentence each
web_worker.py  gunicorn's worker: shares connections out evenly over the processes
gunicorn.conf.py  the web server's own settings
"""
