# `make demo` and `make test` need git, make and Python 3.11 or later; everything else comes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Two more than processors: tests wait for processes of Git and for replication, too.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
ROUND ?=
export ENTRAGIT_ROUND = $(ROUND)
# What is imported is compiled once, not in each of the processes that tests and tour start.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo test lint types test-external test-nightly test-real bench schemas examples docs clean

$(STAMP): pyproject.toml .ci/constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "entragit needs Python 3.11 or later; run make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt --editable '.[dev]'
	touch $@

demo: $(STAMP)  ## the tour: a local Entra, a company, a bad day, the drift, the way back and its proof
	$(BIN)/entragit demo

test: $(STAMP) lint types  ## everything that needs only git and Python
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m 'not nightly'

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(STAMP)
	$(BIN)/mypy

test-nightly: ROUND := $(or $(ROUND),$(shell date +%s))
test-nightly: $(STAMP)  ## scale and full matrices, by other dice each time; make test-nightly ROUND=WORD for the same
	$(BIN)/pytest -n $(WORKERS) -m nightly

test-real: $(STAMP)  ## the main job on any real export: make test-real REAL=FILE
	@test -n "$(REAL)" || { echo "which export? make test-real REAL=FILE"; exit 2; }
	$(BIN)/python tests/real.py "$(REAL)"

bench: $(STAMP)  ## ratios to a peer or a floor in the same run
	for file in benchmarks/*.py; do $(BIN)/python $$file || exit 1; done

schemas: $(STAMP)
	$(BIN)/python -m entragit.schema schemas

examples: $(STAMP)
	$(BIN)/python tests/example.py

docs: $(STAMP)
	$(BIN)/python -m entragit.resources.coverage docs/coverage.md

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
