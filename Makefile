# Tenure. `make run` starts it, `make test` proves it; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export TENURE_HOME ?= $(CURDIR)/var/home

.PHONY: help run test check test-only bench chaos scale-test assets docs screenshots translations tables reset-demo lock browser node clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.runtime: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tenure needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make run PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m compileall -q tenure
	@touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(VENV)/.runtime ## start everything with the simulated demo workspace, at http://127.0.0.1:8000
	@exec $(BIN)/tenure serve --demo --port $(PORT) $(if $(CI),,--open)

reset-demo: $(VENV)/.runtime ## throw the demo workspace away and simulate it anew
	$(BIN)/tenure reset-demo

browser: ## make sure there is a Chromium for the browser tests
	@tools/need.sh chromium gettext

node: $(VENV)/.development ## install the Node SDKs that the intake tests send with
	@tools/need.sh node
	@cd tests/collect/node && npm ci --silent --no-audit --no-fund --ignore-scripts

check: $(VENV)/.development ## style, types, layers: everything that reads code without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-only: $(VENV)/.development browser node ## the tests alone
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder

test: check test-only ## check everything, then run every test, browser tests included

bench: $(VENV)/.development ## measure, as ratios in one run; ONLY=name for one capability
	$(BIN)/python -m bench $(ONLY)

chaos: $(VENV)/.development ## break everything in turn under load, several times over, in an order that TENURE_CHAOS_SEED draws
	TENURE_CHAOS_ROUNDS=$${TENURE_CHAOS_ROUNDS:-4} $(BIN)/python -m pytest -q tests/config/test_faults.py \
		tests/config/test_killing.py tests/config/test_several.py tests/tracking/test_surviving.py tests/kernel/test_clock_jumps.py

$(VENV)/.spark: requirements-dev.txt
	@test -x var/spark/bin/python || $(PYTHON) -m venv var/spark
	var/spark/bin/python -m pip install --quiet --disable-pip-version-check "pyspark==4.0.4"
	@touch $@

scale-test: $(VENV)/.development $(VENV)/.spark ## every expression on an Apache Spark of two workers, one of them killed (needs Java 17)
	@tools/need.sh java
	$(BIN)/python -m tools.scale_test

assets: ## build the front end into tenure/web/static (needs Node)
	@tools/need.sh node
	cd frontend && npm ci --silent --no-audit --no-fund && npm run build

tables: $(VENV)/.development ## write down what all migrations make of an empty database, which then starts at once
	$(BIN)/python -m tools.tables

translations: $(VENV)/.development ## collect the strings of every page and compile the catalogues
	@tools/need.sh gettext
	$(BIN)/python -m tools.translations

docs: $(VENV)/.development ## write the reference pages that are made from the code, and check the rest
	$(BIN)/python -m tools.reference
	$(BIN)/python -m pytest -q tests/docs

screenshots: $(VENV)/.development browser ## photograph every page of the demo: two widths, light and dark, three languages
	$(BIN)/python -m tools.screenshots

lock: ## choose versions anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.txt
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements-dev.txt -o requirements.txt

clean: ## remove what was installed and simulated here
	rm -rf $(VENV) var screenshots
