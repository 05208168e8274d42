# Everything a newcomer needs: `make demo` and `make test` set up what they need on a machine with Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test fast test-newest test-oldest test-next shipped mutants lint bench docs clean

help:            ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/ -/'

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("cogov_sim needs Python 3.11 or newer; set PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

setup: $(READY)  ## set up the virtual environment

demo: $(READY)   ## compare the two worlds; table and figures in results/demo
	rm -rf results/demo # of an earlier version, maybe with other parameters
	$(BIN)/cogov compare government_run co_governance --months 60 --seeds 20 --workers 2 --out results/demo

test: $(READY)   ## all tests, file by file on all cores
	$(BIN)/python -m pytest -n logical --dist loadfile

fast: $(READY)   ## the fast tests only
	$(BIN)/python -m pytest -n logical --dist loadfile -m 'not slow'

test-newest:     ## the fast tests with the newest Python found and the newest libraries allowed
	$(PYTHON) tools/try_versions.py newest

test-oldest:     ## the fast tests with the oldest Python and libraries allowed
	$(PYTHON) tools/try_versions.py oldest

test-next:       ## the fast tests with a preview of the coming Mesa
	$(PYTHON) tools/try_versions.py next

shipped: $(READY) ## make what the documents show anew (about two hours on two cores); tools/shipped.py NAME makes a part
	$(BIN)/python tools/shipped.py

mutants: $(READY) ## do the tests feel a change? sixty mutants of the commons, about half an hour
	$(BIN)/python tests/mutants.py

lint: $(READY)   ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## benchmarks, as ratios within one run
	$(BIN)/python -m pytest benchmarks --benchmark-only --benchmark-columns=min,median -s

docs: $(READY)   ## the generated parts of docs/ and the JSON Schema of scenario files
	$(BIN)/cogov docs --out docs

clean:           ## remove the virtual environment and caches
	rm -rf $(VENV) $(VENV)-* .pytest_cache .mypy_cache .ruff_cache .hypothesis
