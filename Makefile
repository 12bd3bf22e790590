# Two commands set everything up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
export PATH := $(abspath $(BIN)):$(PATH)

.PHONY: demo test check lint format bench faults lock system-packages install install-dev

$(VENV)/.made:
	@echo "==> making the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV) && touch $@

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/.made
	@echo "==> installing the program from requirements.lock (hashes checked)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "==> installing what the tests need from requirements-dev.lock"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

demo: install
	@echo "==> running the whole chain on the bundled mailbox"
	@$(BIN)/lagesbild demo --keep demo-out

system-packages:
	@sh tests/system-packages.sh

test: install-dev system-packages check
	@echo "==> running the tests"
	@$(BIN)/pytest -n 2 --dist loadgroup -m "not faults"

check: install-dev
	@echo "==> checking style, types and the direction of imports"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache >/dev/null

format: install-dev
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

faults: install-dev system-packages
	@$(BIN)/pytest -m faults --timeout 3600

bench: install-dev
	@$(BIN)/python -m bench

lock:
	@uv pip compile -q pyproject.toml --generate-hashes --universal --no-emit-index-url --no-header --python-version 3.11 -o requirements.lock
	@uv pip compile -q pyproject.toml --extra dev -c requirements.lock --generate-hashes --universal --no-emit-index-url --no-header --python-version 3.11 -o requirements-dev.lock
