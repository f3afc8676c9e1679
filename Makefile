# `make run` and `make test` need only Python 3.11 or newer and pip; each sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
UNIT := tests/engine tests/flows tests/safety tests/reminders tests/test_settings.py tests/test_architecture.py

.PHONY: run test unit test-long bench check format clean

run: .venv/.installed
	@$(BIN)/ajar run

test: .venv/.installed-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/ajar check
	@$(BIN)/pytest -q -m "not long" -n 2 --dist loadgroup

# The quick ones, for while you work: no sockets, no processes, nothing that walks for long.
unit: .venv/.installed-dev
	@$(BIN)/pytest -q -m "not long and not proof" -n 2 $(UNIT)

test-long: .venv/.installed-dev
	@$(BIN)/pytest -q -m long

bench: .venv/.installed-dev
	@$(BIN)/python -m bench

check: .venv/.installed
	@$(BIN)/ajar check

format: .venv/.installed-dev
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

# Stamps, not the files themselves, so that a set-up that was interrupted begins again.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Ajar needs Python 3.11 or newer; $(PYTHON) is older or missing. Try: make run PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv --clear .venv \
	  || { echo "Python cannot make an environment here; on Debian and Ubuntu: apt install python3-venv"; exit 2; }
	@touch $@

.venv/.installed: .venv/.made pyproject.toml constraints.txt
	@echo "Setting up (once, about a minute) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.installed-dev: .venv/.made pyproject.toml constraints.txt
	@echo "Setting up for development (once, about a minute) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ .venv/.installed

clean:
	@rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
