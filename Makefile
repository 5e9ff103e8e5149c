# The two commands of this project: `make run` shows what it does, `make test` checks all of it, on a real Galaxy too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled at once, by all cores and not by pip's one: where Python may not write bytecode, each start would compile again.
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check
COMPILE := $(BIN)/python -m compileall -q -j 0 $(VENV)/lib srna_tools

GALAXY := .venv-galaxy
PLANEMO := .venv-planemo

.PHONY: run test test-package test-suite lint dist archives release galaxy test-galaxy test-container clean

run: $(VENV)/.installed
	$(BIN)/srna-tools demo -o demo-output

# The tests of the package, and those on a real Galaxy, which mostly wait for it, beside them.
test: $(VENV)/.installed-test $(GALAXY)/.installed $(PLANEMO)/.installed lint
	$(MAKE) --jobs 2 test-package test-suite

# The longer way through Galaxy goes before, where both want the same core.
test-package: $(VENV)/.installed-test
	nice $(BIN)/python -m pytest -n 2 --dist worksteal

# Source distribution, and the wheel that is built from it.
dist: $(VENV)/.installed-test
	rm -rf dist
	$(BIN)/python -m build

# The suite in a real Galaxy on this machine, with workflows and data to try them on; Ctrl-C stops it.
galaxy: $(VENV)/.installed $(GALAXY)/.installed
	$(BIN)/python galaxy/show.py

# The tests of the wrappers and workflows on a real Galaxy, in the project's environment.
test-galaxy: $(VENV)/.installed-test $(GALAXY)/.installed $(PLANEMO)/.installed
	$(BIN)/python galaxy/check.py

# The images, and the tests of the wrappers on a real Galaxy whose jobs run in them.
test-container: $(VENV)/.installed-test $(GALAXY)/.installed $(PLANEMO)/.installed
	$(BIN)/python galaxy/check_container.py

# Images, wrappers, workflows and forms; the tests of the wrappers run in the image where one can be built and run, which
# exit code 69 says that it cannot, else in the project's environment.
test-suite: $(VENV)/.installed-test $(GALAXY)/.installed $(PLANEMO)/.installed
	@code=0; $(BIN)/python galaxy/check_container.py || code=$$?; \
	case $$code in \
	0) $(BIN)/python galaxy/check.py --tool-tests-elsewhere ;; \
	69) $(BIN)/python galaxy/check.py ;; \
	*) exit $$code ;; \
	esac

# What is uploaded to the Tool Shed: dist/shed/*.tar.gz
archives: $(VENV)/.installed-test $(PLANEMO)/.installed
	$(BIN)/python galaxy/archives.py dist/shed

# Another version for the whole project: make release VERSION=X.Y.Z
release: $(VENV)/.installed
	$(BIN)/python containers/release.py '$(VERSION)'

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "srna-tools needs Python 3.11 or newer; choose it with: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg pyproject.toml requirements/tested.txt | $(BIN)/python
	$(INSTALL) --constraint requirements/tested.txt --editable '.[all]'
	$(COMPILE)
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(INSTALL) --constraint requirements/tested.txt --editable '.[all,test]'
	$(COMPILE)
	touch $@

$(BIN)/uv: | $(BIN)/python
	$(INSTALL) uv

$(GALAXY)/.installed: galaxy/requirements.txt | $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(GALAXY)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(GALAXY)/bin/python --requirement $<
	touch $@

$(PLANEMO)/.installed: galaxy/planemo-requirements.txt | $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(PLANEMO)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(PLANEMO)/bin/python --requirement $<
	test -x /usr/bin/chromium || (apt-get update --quiet && apt-get install --yes --quiet --no-install-recommends chromium)
	touch $@

clean:
	rm -rf $(VENV) $(GALAXY) $(PLANEMO) galaxy-reports demo-output benchmark-output build dist .containers .pytest_cache .mypy_cache .ruff_cache .hypothesis
