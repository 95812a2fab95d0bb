"""Set up and run the site, for `make run`, `make scale` and `make test`.

bootstrap           with any Python and its standard library: version, .venv, locked packages
update              renew the locked requirements: what `make update` runs
browser_packages    what npm brings for browsers; only the files used go on
bundles             the scripts and style sheets of visitors' pages, bundled by esbuild
catalogues          see that the catalogues of the languages are compiled for Django
compile_catalogues  compile those that have changed, as a program
messages            extract the visible texts into the catalogues: what `make messages` runs
start               inside .venv: the handler of Ctrl-C and the umask, then `launch`
launch              environment, database, static files, first start, then hand over to `serve`
first_start         the first superuser, drafts of the pages about the site, and the demo
serve               without Django: keep the web server and the worker running
supervise           start programs in stages, keep them running, end them together
processes           end children with their parent, signal groups, find and reap orphans
scale               `make scale`: the same with nginx, PostgreSQL, Redis and several processes
containers          before the containers of compose.yml start: bucket, database, static files, the file of nginx
bucket              the bucket of the library on a server of one's own
check_production    part of `make lint`: production settings raise no warning, no migration is missing
problems            errors during set-up, one sentence each
web_worker          gunicorn's worker: shares connections out evenly over the processes
gunicorn.conf       the web server's own settings
"""
