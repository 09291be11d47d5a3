# `make demo` and `make test` need Python 3.11 to 3.13 and nothing else: this file makes its own .venv.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
# Kept is many processes: none of them should compile it anew, even where Python is told to keep no bytecode.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint bench soak docs sbom audit lock clean
.DEFAULT_GOAL := test

# The stamp is younger than the locks, so the environment is made again only when they change.
$(READY): requirements.txt requirements-dev.txt pyproject.toml
	@found=; for p in python3.13 python3.12 python3.11 python3; do \
	  if $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
	  then found=$$p; break; fi; done; \
	if [ -z "$$found" ]; then \
	  echo "Kept needs Python 3.11, 3.12 or 3.13 with its venv module, and none was found here."; exit 1; fi; \
	[ -x $(PY) ] || $$found -m venv $(VENV)
	$(PY) -m pip install -q --require-hashes -r requirements-dev.txt
	$(PY) -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	$(PY) -m bot demo

test: $(READY)
	$(PY) -m pytest -n 4

bench: $(READY)
	$(PY) -m tests.bench.words
	$(PY) -m tests.bench.worktime
	$(PY) -m tests.bench.start
	$(PY) -m tests.bench.commit
	$(PY) -m tests.bench.parts
	$(PY) -m tests.bench.home
	$(PY) -m tests.bench.sweep

soak: $(READY)
	$(PY) -m pytest -n 2 -m soak
	$(PY) -m tests.running.soak_socket
	$(PY) -m tests.running.soak_kills
	$(PY) -m tests.running.soak
	$(PY) -m tests.running.soak_drain

docs: $(READY)
	$(PY) -m tests.docs

# What Kept is made of, as CycloneDX, in dist/sbom.cdx.json.
sbom: $(READY)
	$(PY) -m tests.supply sbom

# Asks a public list whether any of it has a known vulnerability; says so when the list cannot be reached.
audit: $(READY)
	$(PY) -m tests.supply audit

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

lock:
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 requirements.in -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(VENV)
