# Everything is made from a bare machine with Python >= 3.11 and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SPREAD := -n auto --maxprocesses 4 --dist worksteal

.PHONY: demo gallery test test-all lint mutants docs faults bench profile bench-history lock clean

demo: $(READY)            ## run the quickstart config; a broken limit (exit 1) is an answer too
	$(BIN)/stresskit run configs/quickstart.toml --out runs || test $$? -eq 1

gallery: $(READY)         ## run some of the shipped configs and draw reports/gallery anew
	$(BIN)/python -m reports.gallery

test: $(READY) lint       ## lint, types, import contract, then the tests
	$(BIN)/python -m pytest $(SPREAD) -m "not long"

test-all: $(READY) lint   ## the same with the long proofs and the planted faults
	$(BIN)/python -m pytest $(SPREAD)
	$(BIN)/python -m tests.mutants

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

mutants: $(READY)         ## plant faults one at a time; each must turn a test red
	$(BIN)/python -m tests.mutants

# Editable, so that the command, the tests and the kernel cache all see the checkout.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "stresskit needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

docs: $(READY)            ## build docs/reference.md from the docstrings
	$(BIN)/python -m docs.build

faults: $(READY)          ## inject faults and print what was tried and lost; --long in ARGS
	$(BIN)/python -m tests.faults $(ARGS)

bench: $(READY)           ## rates beside the prototype and the peers, models, whole runs, modes; --quick in ARGS
	$(BIN)/python -m benchmarks $(ARGS)

profile: $(READY)         ## where a run spends its time, and how near its kernels are to the machine's limits
	$(BIN)/python -m benchmarks.profile $(ARGS)

bench-history: $(READY)   ## save today's rates and compare them with those saved last
	$(BIN)/python -m pytest benchmarks -p no:xdist -W default --benchmark-autosave --benchmark-compare \
	    --benchmark-storage=file://runs/benchmarks/history

lock:                     ## resolve the lock anew (needs uv)
	uv pip compile pyproject.toml --group dev --extra parquet --extra vine --extra data --extra cluster --python-version 3.11 --universal --generate-hashes \
	    --no-emit-index-url --no-annotate --only-binary :all: --custom-compile-command "make lock" -o requirements.lock

clean:
	rm -rf $(VENV) runs .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
