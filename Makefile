# Every target works on a fresh clone. Settings are the BILLING_* variables of the README.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Those given on make's command line; those of the environment are passed on anyway.
export $(filter BILLING_%,$(.VARIABLES))

.PHONY: help nightly reference test dev sql docs lint format bench clean

help: ## say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

# python3 where it is 3.11 or 3.12, else those by name, else uv's.
$(STAMP): requirements.lock
	@python=; \
	for name in python3 python3.12 python3.11; do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' \
	        2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ] && command -v uv >/dev/null; then \
	    python=$$(uv python find '>=3.11,<3.13' 2>/dev/null || true); \
	    if [ -z "$$python" ]; then uv python install 3.12 >/dev/null 2>&1 \
	        && python=$$(uv python find 3.12 2>/dev/null || true); fi; \
	fi; \
	if [ -z "$$python" ]; then \
	    echo "Python 3.11 or 3.12 is needed: install one of them, or uv, and run make again." >&2; \
	    exit 1; \
	fi; \
	echo "making the environment $(VENV) with $$python (once, about two minutes)"; \
	"$$python" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
	    --no-deps --require-hashes -r requirements.lock
	@touch $@

nightly: $(STAMP) ## load, build, check and publish; makes the sample practice if landing is empty
	@$(BIN)/python -m orchestration.nightly

reference: $(STAMP) ## turn public quarterly files into reference tables: FILES="a.zip b.csv" (EFFECTIVE=2026-01-01)
	@$(BIN)/python -m orchestration.reference $(if $(EFFECTIVE),--effective $(EFFECTIVE)) $(FILES)

# Other releases of DuckDB, which must read the published file. Not part of the environment.
$(VENV)/readers/%: tests/readers/%.lock $(STAMP)
	@rm -rf $@ && $(BIN)/python -m pip install -qq --disable-pip-version-check \
	    --no-deps --require-hashes --target $@ -r $<
	@touch $@

test: $(STAMP) $(VENV)/readers/oldest $(VENV)/readers/newest ## run every test
	@$(BIN)/python -m pytest

dev: $(STAMP) ## open Dagster's UI on http://localhost:3000
	@$(BIN)/python -m orchestration.dev

# Through the environment, so that quotes in a query are left alone.
sql: export QUERY ?=
sql: $(STAMP) ## open the published file for queries; QUERY="select …" prints one result
	@$(BIN)/python -m orchestration.sql "$$QUERY"

docs: $(STAMP) ## build the data dictionary as a static page
	@$(BIN)/python -m orchestration.docs

lint: $(STAMP) ## check style of Python and SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint --processes 2 models tests/dbt

format: $(STAMP) ## bring Python and SQL into style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --processes 2 models tests/dbt

bench: $(STAMP) ## run the benchmarks
	@$(BIN)/python -m benchmarks

clean: ## remove the environment and dbt's artifacts, never data
	rm -rf $(VENV) target logs .pytest_cache .ruff_cache .hypothesis
