# Screening Room. Python 3.11 or newer and make are all this needs; the rest is fetched into .venv.

.DEFAULT_GOAL := help
.PHONY: run scale setup setup-dev test test-fast test-postgresql soak references lint update messages bench clean help

# The first Python that is new enough; if none is, python3 says so in a sentence.
PYTHON ?= $(or $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done),python3)
BOOTSTRAP := $(PYTHON) -B -m deploy.bootstrap
VENV_PYTHON := .venv/bin/python

run: ## set up and serve http://127.0.0.1:8000/ (PORT, DATA_DIR, ADMIN_PASSWORD and .env are honoured)
	@$(BOOTSTRAP) run --end-with-parent

scale: ## the same on many processes: nginx with TLS, two web servers, two workers, PostgreSQL, Redis (docs/scaling.md)
	@$(BOOTSTRAP) scale --end-with-parent

setup: ## make .venv with the packages that the variables need, and nothing more (ENV_FILE=… names a file with them)
	@$(BOOTSTRAP) setup

setup-dev:
	@$(BOOTSTRAP) setup-dev

# Processes that run tests, two for each of two cores: a test with a browser or a server mostly waits. The others don't.
WORKERS ?= 4
test-fast test-postgresql: WORKERS := 2

# Tests start many processes: each would compile our modules again where the environment forbids to keep bytecode.
test test-fast test-postgresql soak references: export PYTHONDONTWRITEBYTECODE :=

test: setup-dev ## run the tests, shuffled, in four processes (WORKERS=2; REQUIRE_ALL=1: a missing server or browser fails)
	$(VENV_PYTHON) -m pytest -n $(WORKERS) $(ARGS)

test-fast: setup-dev ## run the tests without browsers, servers, encoders and walks through every address
	$(VENV_PYTHON) -m pytest -n $(WORKERS) -m "not (soak or browser or processes or encoding or walk)" $(ARGS)

test-postgresql: setup-dev ## run the tests of test-fast on a PostgreSQL of their own, which must be installed
	WORKERS=$(WORKERS) $(VENV_PYTHON) -m tests.on_postgresql $(ARGS)

soak: setup-dev ## run the long proofs: many rows, many viewers, big files, repeated kills, many made-up inputs
	FUZZ_TIMES=4 $(VENV_PYTHON) -m pytest -m "soak or fuzzed" -p no:randomly $(ARGS)

references: setup-dev ## draw every screen for tests/browser/visual, and make the drawings the references (ONLY="home player")
	ONLY="$(ONLY)" $(VENV_PYTHON) -m pytest -n 2 -m soak -p no:randomly --accept-pictures tests/browser/visual $(ARGS)

lint: setup-dev ## check style, types, templates, scripts, style sheets, settings and migrations
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check --quiet .
	$(VENV_PYTHON) -m mypy
	$(VENV_PYTHON) -m djlint templates home video_pages --lint --quiet
	@# The npm of .venv is there only where the system has none that is new enough.
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --silent lint
	$(VENV_PYTHON) -m deploy.check_production

update: setup-dev ## renew the locked requirements (ARGS="--upgrade-package NAME" renews one package)
	$(VENV_PYTHON) -m deploy.update $(ARGS)

messages: setup-dev ## extract the visible texts into the catalogues of locale/, and compile these (ARGS="--check" writes nothing)
	$(VENV_PYTHON) -m deploy.messages $(ARGS)

bench: setup-dev ## measure, and write the ratios into docs/performance.md (BENCH=crowd runs one)
	@for file in bench/$(or $(BENCH),*).py; do echo "== $$file"; $(VENV_PYTHON) $$file || exit 1; done

clean: ## remove what was built (.venv, static files, caches); the data stay
	rm -rf .venv node_modules static .static-files .mypy_cache .pytest_cache .ruff_cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20
