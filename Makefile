# The two commands of this project: `make run` shows what it does, `make test` checks all of it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test lint clean

run: $(VENV)/.installed
	$(BIN)/srna-tools demo -o demo-output

test: $(VENV)/.installed-test lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "srna-tools needs Python 3.11 or newer; choose it with: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg pyproject.toml requirements/tested.txt | $(BIN)/python
	$(INSTALL) --constraint requirements/tested.txt --editable '.[all]'
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(INSTALL) --constraint requirements/tested.txt --editable '.[all,test]'
	touch $@

clean:
	rm -rf $(VENV) demo-output benchmark-output build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
