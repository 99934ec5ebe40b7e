# Everything that a fresh clone can do. Each target installs what it needs into .venv and node_modules.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM ?= /usr/bin/chromium
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
SEEDS ?= 10000
KILLS ?= 10000
LINES ?= 10000000
ARGS ?=

# Compiled files are kept, also where the shell says otherwise: every node that a test or the demo starts would compile
# the whole program anew.
export PYTHONDONTWRITEBYTECODE :=

# The tests write into memory where there is enough of it: a thousand small databases would wait for the disk.
SHARED_MEMORY := /dev/shm
ENOUGH_KB := 4000000
FREE_KB = $(shell df -k --output=avail $(SHARED_MEMORY) 2>/dev/null | tail -n 1)
TEST_FOLDER ?= $(shell [ "0$(FREE_KB)" -gt $(ENOUGH_KB) ] 2>/dev/null && [ -w $(SHARED_MEMORY) ] && echo $(SHARED_MEMORY) || echo $${TMPDIR:-/tmp})

.DEFAULT_GOAL := help
.PHONY: help demo test check bench soak install assets translations messages chromium pango format clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

demo: install ## nine comuni as a real network on 127.0.0.1:8001-8009 (ARGS="--exit-when-synced" to stop when all is synced)
	@$(BIN)/python -m deploy.demo $(ARGS)

test: $(VENV)/.dev install chromium ## every test, browser included
	TMPDIR=$(TEST_FOLDER) $(BIN)/pytest -n 2 --no-loadscope-reorder -m "not soak" $(ARGS)

check: $(VENV)/.dev translations ## lint, format, types, architecture, missing translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m node.translations.missing
	$(BIN)/pytest -q tests/test_architecture.py

bench: $(VENV)/.dev install ## benchmarks, with a table (ARGS="--help" for the choice)
	@$(BIN)/python -m deploy.bench $(ARGS)

soak: $(VENV)/.dev install chromium ## long simulations (SEEDS=10000 KILLS=10000 LINES=10000000)
	SEEDS=$(SEEDS) KILLS=$(KILLS) LINES=$(LINES) $(BIN)/pytest -m soak -p no:cacheprovider $(ARGS)

install: $(VENV)/.runtime assets translations pango ## the program, its browser assets and translations

assets: $(VENV)/.runtime ## browser assets from npm into node/static/vendor
	@$(BIN)/python -m deploy.assets

translations: $(VENV)/.runtime node/translations/en/LC_MESSAGES/messages.mo ## compile the catalogues

messages: $(VENV)/.dev ## bring the catalogues up to date with the code
	$(BIN)/pybabel -q extract -F node/translations/babel.cfg -k _ -k Message -k lazy -k gettext --no-location --sort-output \
		--omit-header -o $(VENV)/messages.pot node schemas
	$(BIN)/pybabel -q update -i $(VENV)/messages.pot -d node/translations --no-fuzzy-matching --omit-header --ignore-obsolete

chromium: ## Chromium for the browser tests
	@test -x $(CHROMIUM) || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
		else \
			echo "The browser tests need Chromium at $(CHROMIUM): run 'sudo apt-get install chromium', or give CHROMIUM=/path/to/chromium."; exit 1; \
		fi; }

pango: ## the system's libraries that lay out a PDF; without them everything else works
	@PATH="$$PATH:/sbin:/usr/sbin"; ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 && ldconfig -p | grep -q libharfbuzz-subset || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PANGO) >/dev/null; \
		else \
			false; \
		fi; } || echo "CVs as PDF need Pango and HarfBuzz: run 'sudo apt-get install $(PANGO)'. Everything else works without."

format: $(VENV)/.dev ## format and mend what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## take away what was built; the demo's data too
	rm -rf $(VENV) node_modules node/static/vendor demo-data build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: give it as PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make virtual environments: on Debian, apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing the program and what it needs (about a minute the first time)"
	@$(BIN)/pip install -q --disable-pip-version-check -e '.[assets]'
	@touch $@

$(VENV)/.dev: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing the tools for tests and checks (a few minutes the first time)"
	@$(BIN)/pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.runtime

# The catalogue has no header, which pybabel takes for unfinished; `make check` refuses the sentences that really are.
%.mo: %.po $(VENV)/.runtime
	@$(BIN)/pybabel -q compile --use-fuzzy -i $< -o $@
