# One command a purpose; `make help` lists them. Works on a bare Debian, as root or not.
# PYTHON=/path/to/python3.13 names another interpreter, PORT=8600 another port.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PACKAGES := dashboard expectations ingest sql warehouse
# libatomic1 is what Playwright's driver lacks on a bare Debian.
BROWSER := chromium fontconfig fonts-noto-core libatomic1

# $(call apt_install,PACKAGES): Debian packages, or one sentence that says which are missing.
define apt_install
	@command -v apt-get >/dev/null && { [ -z "$(SUDO)" ] || command -v sudo >/dev/null; } || \
		{ echo "Missing: $(1). Install them with your system's package manager, then run make again." >&2; exit 1; }
	$(SUDO) apt-get update -qq
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1)
endef

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- set up -------------------------------------------------------------------------------------

.PHONY: setup
setup: $(VENV)/project.stamp ## Build .venv with everything in it (no browser); does nothing when it is up to date

# A .venv whose interpreter has gone (an upgraded system, a copied folder) is built anew.
ifneq ($(shell $(BIN)/python -c 'import pip; print(pip.__name__)' 2>/dev/null),pip)
.PHONY: $(BIN)/python
endif

$(BIN)/python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(MAKE) --no-print-directory debian-python
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11: name a newer one, as in make setup PYTHON=/usr/bin/python3.13." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

.PHONY: debian-python
debian-python:
	$(call apt_install,python3 python3-venv)

$(VENV)/requirements.stamp: requirements-dev.txt $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@

# The build backend is among the pinned packages: this step downloads nothing.
$(VENV)/project.stamp: pyproject.toml $(VENV)/requirements.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: browser
browser: ## Install the Chromium and the font that the browser tests need, where they are missing
	@if command -v dpkg; then dpkg -s $(BROWSER); else command -v chromium; fi >/dev/null 2>&1 || \
		$(MAKE) --no-print-directory debian-browser

.PHONY: debian-browser
debian-browser:
	$(call apt_install,$(BROWSER))

.PHONY: lock
lock: setup ## Pin every package with its hashes again; UPGRADE=1 takes the newest
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
		--output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
		--extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

# --- use ----------------------------------------------------------------------------------------

.PHONY: run
run: setup | data/samples ## Set up, make and load the sample deliveries, serve the dashboard on loopback
	$(BIN)/hailong load data/samples/*
	$(BIN)/hailong serve --port $(PORT)

# Made aside and moved into place: an interrupted run leaves no half sample behind.
data/samples: | setup
	rm -rf $@.part
	$(BIN)/hailong sample $@.part
	mv $@.part $@

# --- prove --------------------------------------------------------------------------------------

.PHONY: test
test: setup browser lint types imports ## Prove everything: format, lint, types, import rules, every test
	$(BIN)/pytest --numprocesses $$(( $$(nproc) * 3 / 2 )) --dist worksteal

.PHONY: pictures
pictures: setup browser ## Take the README's pictures anew, by the tests that walk its users' stories
	HAILONG_PICTURES=$(CURDIR)/docs/screenshots $(BIN)/pytest tests/test_stories.py

.PHONY: format
format: setup ## Put Python and SQL into the house's format
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff format --quiet sql

.PHONY: lint
lint: setup ## Check format and rules of Python, SQL and Dockerfile
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/sqlfluff lint sql
	$(BIN)/hadolint Dockerfile

.PHONY: types
types: setup ## Check the types
	$(BIN)/mypy

.PHONY: imports
imports: setup ## Check who imports whom
	$(BIN)/lint-imports

.PHONY: bench
bench: setup ## Measure what the product promises to cost
	$(BIN)/python -m benchmarks

.PHONY: clean
clean: ## Remove what these commands made, except deliveries and warehouses (data/)
	rm -rf $(VENV) build *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache test-results
	find $(PACKAGES) tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
