# `make run` and `make test` need only Python 3.11 or newer and pip; each sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-long bench check format clean

run: .venv/.installed
	@$(BIN)/ajar run

test: .venv/.installed-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/ajar check
	@$(BIN)/pytest -q -m "not long" -n 2 --dist loadgroup

test-long: .venv/.installed-dev
	@$(BIN)/pytest -q -m long

bench: .venv/.installed-dev
	@$(BIN)/python -m bench

check: .venv/.installed
	@$(BIN)/ajar check

format: .venv/.installed-dev
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Ajar needs Python 3.11 or newer; $(PYTHON) is older. Try: make run PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python pyproject.toml constraints.txt
	@echo "Setting up (once, about a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.installed-dev: .venv/bin/python pyproject.toml constraints.txt
	@echo "Setting up for development (once, about a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ .venv/.installed

clean:
	@rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
