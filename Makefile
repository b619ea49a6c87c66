# Every target works on a fresh clone. Settings are the BILLING_* variables of the README.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Those given on make's command line; those of the environment are passed on anyway.
export $(filter BILLING_%,$(.VARIABLES))

.PHONY: help nightly rebuild backfill templates check-landing reference release test test-faults test-nights test-fuzz test-spark dev sql metric bi docs share lint format audit bench clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 13

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

templates: $(STAMP) ## write a template for each extract, with an example row: FOLDER=landing-of-ours
	@$(BIN)/python -m orchestration.ingest.templates "$(FOLDER)"

check-landing: $(STAMP) ## judge BILLING_LANDING without loading it: what to repair, which metrics cannot be computed
	@$(BIN)/python -m orchestration.landing_check

reference: $(STAMP) ## turn public quarterly files into reference tables: FILES="a.zip b.csv" (EFFECTIVE=2026-01-01)
	@$(BIN)/python -m orchestration.reference $(if $(EFFECTIVE),--effective $(EFFECTIVE)) $(FILES)

# Quoted by the environment, not by the shell: a reason may hold quotes.
release: export RELEASE_WHO := $(value WHO)
release: export RELEASE_WHY := $(value WHY)
release: export RELEASE_FILE := $(value FILE)
release: $(STAMP) ## let out of quarantine: FILE=… [ROW=…|SET=…|EXTRACT=… DATE=…] WHO=… WHY=…; without WHO: show
	@$(BIN)/python -m orchestration.release --file="$$RELEASE_FILE" --who="$$RELEASE_WHO" \
	    --why="$$RELEASE_WHY" $(if $(ROW),--row=$(ROW)) $(if $(SET),--set=$(SET)) \
	    $(if $(EXTRACT),--extract=$(EXTRACT)) $(if $(DATE),--date=$(DATE))

rebuild: $(STAMP) ## build the warehouse anew from the landing folder alone, beside, then swap
	@$(BIN)/python -m orchestration.rebuild $(if $(WITHOUT_MISSING),--without-missing)

backfill: $(STAMP) ## publish past month ends beside the current file: FROM=2026-01-31 TO=2026-03-31 (STEP=day)
	@$(BIN)/python -m orchestration.backfill '$(FROM)' '$(TO)' $(STEP)

# Other releases of DuckDB, which must read the published file. Not part of the environment.
$(VENV)/readers/%: tests/readers/%.lock $(STAMP)
	@rm -rf $@ && $(BIN)/python -m pip install -qq --disable-pip-version-check \
	    --no-deps --require-hashes --target $@ -r $<
	@touch $@

test: $(STAMP) $(VENV)/readers/oldest $(VENV)/readers/newest ## run every test
	@$(BIN)/python -m pytest

test-faults: $(STAMP) ## kill 200 runs, 25 of them whole nights, fill disks, shuffle arrivals (an hour on two quiet cores)
	@FAULTS_KILLS=$${FAULTS_KILLS:-200} FAULTS_ORDERS=$${FAULTS_ORDERS:-10} $(BIN)/python -m pytest \
	    tests/python/integration/test_fault_*.py tests/python/integration/test_order.py

test-fuzz: $(STAMP) ## load 100,000 damaged files, bombs of 10 GB among them (ten minutes on two quiet cores)
	@FUZZ_MUTANTS=$${FUZZ_MUTANTS:-100000} $(BIN)/python -m pytest --dist load \
	    tests/python/integration/test_mutants.py tests/python/integration/test_hostile_files.py

test-nights: $(STAMP) ## rebuild a warehouse and backfill past nights, whole (minutes)
	@BILLING_TEST_NIGHTS=1 $(BIN)/python -m pytest -n 0 tests/python/integration/test_rebuild.py

# Spark, beside the environment: 500 MB.
$(VENV)/spark: tests/spark.lock $(STAMP)
	@rm -rf $@ && $(BIN)/python -m pip install -qq --disable-pip-version-check \
	    --no-deps --require-hashes --target $@ -r $<
	@touch $@

test-spark: $(STAMP) $(VENV)/spark ## a night on DuckDB and one on Spark, compared (minutes; needs Java 17)
	@BILLING_TEST_SPARK=1 PYTHONPATH=$(CURDIR)/$(VENV)/spark $(BIN)/python -m pytest -n 0 \
	    tests/python/integration/test_spark.py tests/python/integration/test_shared_dialect.py

dev: $(STAMP) ## open Dagster's UI on http://localhost:3000
	@$(BIN)/python -m orchestration.dev

# Through the environment, so that quotes in a query are left alone.
sql: export QUERY ?=
sql: $(STAMP) ## open the published file for queries; QUERY="select …" prints one result, UI=1 opens DuckDB's UI
	@$(BIN)/python -m orchestration.sql $(if $(UI),--ui,"$$QUERY")

# Through the environment, so that quotes in a condition are left alone.
metric: export METRICS ?=
metric: export BY ?=
metric: export WHERE := $(value WHERE)
metric: $(STAMP) ## any metric by any dimension: METRICS="denial_rate" BY="payer month" (FROM=2026-01-01 TO=… WHERE=…)
	@$(BIN)/python -m orchestration.metric --metrics="$$METRICS" --by="$$BY" --where="$$WHERE" \
	    --from='$(FROM)' --to='$(TO)'

bi: $(STAMP) ## pack the Superset dashboard for this home's published file
	@$(BIN)/python -m orchestration.superset

docs: $(STAMP) ## build the data dictionary as a static page
	@$(BIN)/python -m orchestration.docs

share: $(STAMP) ## write metric tables for readers outside, small cells held back
	@$(BIN)/python -m orchestration.share

lint: $(STAMP) ## check style of Python and SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint --processes 2 models tests/dbt

format: $(STAMP) ## bring Python and SQL into style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --processes 2 models tests/dbt

audit: $(STAMP) ## look for secrets in the files and known weaknesses in the locked packages
	@$(BIN)/python -m orchestration.supply_chain secrets
	@$(BIN)/python -m orchestration.supply_chain audit

bench: $(STAMP) ## run the benchmarks
	@$(BIN)/python -m benchmarks

clean: ## remove the environment and dbt's artifacts, never data
	rm -rf $(VENV) target logs .pytest_cache .ruff_cache .hypothesis
