# Urdimbre. `make demo` starts a living circuit, `make test` runs the tests; both need
# only python3 (3.11 or newer) with venv, make and git, and do the rest themselves. The
# tests against an EVM node need npm and have a target of their own, `make test-evm`.

PORT ?= 8000
DIR ?= demo-circuit
PYTHON ?= python3
TESTS ?= tests
PYTEST_ARGS ?=
ROUNDS ?= 200000
SEED ?= $(shell date +%s)

BIN := .venv/bin
LOCALE := src/urdimbre/words/locale
PO := $(wildcard $(LOCALE)/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)
SET_UP := tools/set_up.sh pyproject.toml hatch_build.py
# An environment cannot be moved: its stamps know where it was made.
PLACE := $(shell pwd -P | cksum | cut -d' ' -f1)
RUNTIME := .venv/.runtime-$(PLACE)
TOOLS := .venv/.tools-$(PLACE)
CONTRACT := src/urdimbre/adapters/anchor/UrdimbreAnchor
EVM := tools/evm.sh tools/contract.py tools/evm/package-lock.json $(CONTRACT).sol
OTHER := .venv-other/.tools-$(PLACE)

.PHONY: help demo handbook test test-evm test-kills test-kills-evm contract check \
	lint types contracts test-other-python determinism fuzz coverage \
	bench bench-growth format locale lock clean

help:
	@echo "make demo      a circuit with a year of life, at http://localhost:$(PORT)"
	@echo "               (PORT=8765 takes another port, DIR=... another folder)"
	@echo "make test      the tests (TESTS=tests/core for a part)"
	@echo "make test-evm  the tests of anchors against a real EVM node (needs npm)"
	@echo "make contract  compile the contract of the anchors (needs npm)"
	@echo "make test-kills  killed at every write point, and 200 times under load"
	@echo "make test-kills-evm  the same for a round of anchoring (needs npm)"
	@echo "make check     lint, types, import contracts, coverage, tests: what CI runs"
	@echo "make format    let ruff order and lay out the code"
	@echo "make determinism  the same bytes under other seeds, zones, languages, Pythons"
	@echo "make fuzz      hostile bytes, ROUNDS=200000 of them"
	@echo "make coverage  the core, line by line"
	@echo "make bench     benchmarks; make bench-growth goes to a million acts"
	@echo "make handbook  take the pictures of the handbook anew"
	@echo "make locale    bring the catalogues up to date with the sources"
	@echo "make lock      choose the versions of all dependencies anew"
	@echo "make clean     remove what was built; circuits stay"

# ------------------------------------------------------------------ environment
# The stamps are younger than the locks they were made from: nothing runs twice.
$(RUNTIME): requirements.lock $(SET_UP)
	@tools/set_up.sh .venv requirements.lock $(PYTHON)
	@touch $@

$(TOOLS): requirements-test.lock $(RUNTIME)
	@tools/set_up.sh .venv requirements-test.lock $(PYTHON)
	@touch $(RUNTIME) $@

%.mo: %.po | $(RUNTIME)
	@$(BIN)/python hatch_build.py
	@touch $(MO)

# -------------------------------------------------------------------------- use
demo: $(RUNTIME) $(MO)
	@$(BIN)/urdimbre demo $(DIR) --port $(PORT)

# ------------------------------------------------------------------------- tests
test: $(TOOLS) $(MO)
	@tools/system_packages.sh
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not evm" $(PYTEST_ARGS) $(TESTS)

# Without a node these fail and say what to do: nothing is left out in silence.
test-evm: $(TOOLS) $(MO) $(CONTRACT).json
	$(BIN)/python -m pytest -n 2 --dist worksteal -m evm $(PYTEST_ARGS) tests

# The contract of the anchors; the compiler and a chain to test with come along.
contract: $(CONTRACT).json

$(CONTRACT).json: $(EVM) | $(RUNTIME)
	@tools/evm.sh

# Every named point, and 200 random kills under load; CI takes a few of each.
test-kills: $(TOOLS) $(MO)
	URDIMBRE_KILLS=all $(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS) \
		tests/adapters/test_kill_points.py tests/adapters/test_crash.py

# The same for a round of anchoring, at each question to the chain too; needs npm.
test-kills-evm: $(TOOLS) $(MO) $(CONTRACT).json
	URDIMBRE_KILLS=all $(BIN)/python -m pytest -n 2 --dist worksteal -m evm \
		$(PYTEST_ARGS) tests/cli/test_anchor_kill_points.py

# The whole suite comes last: its closing line is the one to read.
check: lint types contracts
	@$(MAKE) --no-print-directory test-other-python
	@$(MAKE) --no-print-directory coverage
	@$(MAKE) --no-print-directory test-evm
	@$(MAKE) --no-print-directory test

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TOOLS)
	$(BIN)/mypy

contracts: $(TOOLS)
	$(BIN)/lint-imports

# The same bytes on another Python, if this machine has one that runs.
test-other-python: $(TOOLS) $(MO)
	@python=$$(tools/other_python.sh); \
	if [ -z "$$python" ]; then \
		echo "urdimbre: no second Python runs here, determinism across versions not tested"; \
	else \
		$(MAKE) --no-print-directory $(OTHER) OTHER_PYTHON="$$python" && \
		.venv-other/bin/python -m pytest -m determinism -n 2 $(PYTEST_ARGS) $(TESTS) || \
		[ $$? -eq 5 ]; \
	fi

$(OTHER): requirements-test.lock $(SET_UP)
	@tools/set_up.sh .venv-other requirements-test.lock $(OTHER_PYTHON)
	@touch $@

# Three hash seeds, time zones, locales, -O, and every Python of another minor here.
determinism: $(TOOLS) $(MO)
	$(BIN)/python -m pytest -m determinism -n 2 $(PYTEST_ARGS) tests
	@$(MAKE) --no-print-directory test-other-python

# Pictures of the handbook, of the real screens of a demo.
handbook: $(TOOLS) $(MO)
	URDIMBRE_PICTURES=docs/handbook/pictures $(BIN)/python -m pytest -q \
		-k pictures_are_taken tests/web/test_handbook_seen.py

# Many rounds with a seed of their own; a finding prints the seed to run again.
fuzz: $(TOOLS) $(MO)
	URDIMBRE_FUZZ=$(ROUNDS) URDIMBRE_FUZZ_SEED=$(SEED) \
		$(BIN)/python -m pytest -q $(PYTEST_ARGS) tests/adapters/test_hostile_bytes.py

# The tests of the core's own room are enough to reach every line and branch of it.
coverage: $(TOOLS) $(MO)
	$(BIN)/python -m pytest -n 2 --cov --cov-branch \
		--cov-report=term-missing:skip-covered --cov-fail-under=100 \
		$(PYTEST_ARGS) tests/core

# -------------------------------------------------------------------- benchmarks
bench: $(TOOLS) $(MO)
	@$(BIN)/python -m bench

bench-growth: $(TOOLS) $(MO)
	@$(BIN)/python -m bench growth

# ------------------------------------------------------------------ housekeeping
format: $(TOOLS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

locale: $(TOOLS)
	$(BIN)/python tools/catalogues.py
	$(BIN)/python hatch_build.py

lock: $(RUNTIME)
	tools/lock.sh

clean:
	rm -rf .venv .venv-other .venv-lock build dist htmlcov .coverage* .hypothesis \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache test-results
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf tools/evm/node_modules
	rm -f $(MO) $(CONTRACT).json
