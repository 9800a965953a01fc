# What people and CI run; everything works from a fresh clone, with Python 3.11 or later.
#   make demo         installs rulelang into .venv and runs a policy over a file of messages
#   make check        everything that has to hold before a change is merged; CI runs this
#   make format       lays out the code and the rules
#   make bench        measures how fast dry-run and check are
#   make generate     writes the generated pages and schemas anew
#   make constraints  takes the newest versions of all packages into constraints.txt

PYTHON ?= python3
BIN := .venv/bin
POLICIES := rules/classroom rules/community rules/gaming rules/support

.PHONY: demo check format bench generate constraints clean

demo: .venv/installed
	$(BIN)/rulelang dry-run rules/community rules/messages/community.jsonl --format full

check: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m rulelang.tools.reference --check
	$(BIN)/python -m rulelang.tools.schemas --check
	$(BIN)/rulelang fmt --check rules
	$(BIN)/rulelang check --strict $(POLICIES)
	$(BIN)/rulelang test --format concise $(POLICIES)
	$(BIN)/python -m pytest -n 2

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/rulelang fmt rules

bench: .venv/installed
	$(BIN)/python -m benchmarks.dry_run
	$(BIN)/python -m benchmarks.check

generate: .venv/installed
	$(BIN)/python -m rulelang.tools.reference
	$(BIN)/python -m rulelang.tools.schemas

constraints:
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/pip install --quiet --editable . --group dev
	$(BIN)/pip freeze --exclude-editable > constraints.txt
	touch .venv/installed .venv/installed-dev

clean:
	rm -rf .venv build dist

# Dependency groups need pip 25.1, which the venv of a Python 3.11 does not come with.
.venv/pip:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rulelang needs Python 3.11 or later: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	touch $@

.venv/installed: .venv/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --editable . --constraint constraints.txt
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --editable . --group dev --constraint constraints.txt
	touch $@
