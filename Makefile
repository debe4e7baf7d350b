# make help lists what there is.
PORT ?= 8000
SANDBOX_PORT ?= 8169
WORKERS ?= 2
PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Compiled modules are kept: the tests start some hundred processes, and each would compile the world anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test check bench
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## install what is missing
	@scripts/setup

run: setup ## start the portal (PORT=8000, SANDBOX_PORT=8169); Ctrl-C stops it
	@exec $(PYTHON) manage.py run --port $(PORT) --sandbox-port $(SANDBOX_PORT)

test: ## everything that must pass (ARGS="-k orders" for a part of it)
	@scripts/setup --test
	@$(PYTHON) -m pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

check: setup ## format, lint, types, import contracts, migrations, templates
	ruff format --check .
	ruff check .
	mypy .
	lint-imports
	$(PYTHON) manage.py makemigrations --check --dry-run
	djlint templates --check --quiet
	djlint templates --lint --quiet

bench: ## measure against the limits of the same machine (ARGS="page --orders 20000" for a part of it)
	@scripts/setup --test
	@$(PYTHON) -m tests.benchmarks $(ARGS)
