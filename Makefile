# `make up` runs Uproar, `make test` tests it; both set up what they need, in .venv, from the lock files.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help up demo test check format lock secrets screenshots grafana bench quality embeddings tracing train audit sbom clean

help:
	@echo "make up      run the collector, the workers and the dashboard on this machine"
	@echo "make demo    the same on a simulated deal, with a webhook receiver"
	@echo "make test    the tests, on real SQLite, PostgreSQL, Valkey and Celery"
	@echo "make secrets   the folder that docker-compose.yml reads passwords from; what is there stays"
	@echo "make check   ruff, mypy, import-linter, the types of the page's scripts, a search for secrets, the docs tests"
	@echo "make screenshots   docs/screenshots: every page, light and dark, desktop and phone"
	@echo "make grafana   dashboards/grafana/json: dashboards for a real Grafana; WATCHES=FOLDER for the timelines of yours"
	@echo "make bench   measurements, as ratios"
	@echo "make quality DATA=FOLDER   docs/quality.md: how often the rules are right on your labelled posts"
	@echo "make tracing   install what sends traces to OpenTelemetry"
	@echo "make train   what is learned of leaving and of sentiment, and how often each rule of intent is right, from workers/training"
	@echo "make embeddings   install the optional second look at undecided posts (91 MB)"
	@echo "make audit   known vulnerabilities of what is locked, from the database of PyPI (needs a network)"
	@echo "make sbom    build/sbom.json: what is locked, as CycloneDX"
	@echo "make lock    renew the lock files from pyproject.toml"

up: $(VENV)/rules
	@exec $(BIN)/uproar up

demo: $(VENV)/rules
	@exec $(BIN)/uproar demo

test: $(VENV)/dev $(VENV)/rules
	$(BIN)/python -m pytest -n 3 --dist worksteal

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/node $(VENV)/node_modules/typescript/bin/tsc
	$(BIN)/node $(VENV)/node_modules/secretlint/bin/secretlint.js "**/*"
	$(BIN)/python -m pytest -q tests/test_docs.py

format: $(VENV)/dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# Docker mounts the files as they are, so whoever runs in a container has to be able to read them; the folder keeps others out.
secrets:
	@mkdir -p -m 0700 secrets
	@umask 022; for name in database_password secret_key password; do test -e secrets/uproar_$$name \
	  || $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(32))' > secrets/uproar_$$name; done
	@umask 022; for name in added_keys ingest_token heartbeat_url x_bearer_token reddit_client_id reddit_client_secret; do \
	  touch secrets/uproar_$$name; done
	@echo "secrets: fill in what your sources need; the page's password is in secrets/uproar_password"

screenshots: $(VENV)/dev
	$(BIN)/python -m tests.browser.screenshots docs/screenshots

grafana: $(VENV)/dev
	$(BIN)/python -m dashboards.grafana $(if $(WATCHES),--watches "$(WATCHES)")

bench: $(VENV)/dev $(VENV)/rules
	$(BIN)/python bench/throughput.py
	$(BIN)/python bench/scaling.py
	$(BIN)/python bench/trip.py
	$(BIN)/python bench/reaction.py
	$(BIN)/python bench/firehose.py
	$(BIN)/python bench/spikes.py
	$(BIN)/python bench/latency.py
	$(BIN)/python bench/detector.py
	$(BIN)/python bench/dashboard.py
	$(BIN)/python bench/live.py
	$(BIN)/python bench/streams.py
	$(BIN)/python bench/memory.py

quality: $(VENV)/rules
	@$(BIN)/python -m workers.evaluation --ours "$(DATA)" docs/quality.md

embeddings: $(VENV)/run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-embeddings.txt

tracing: $(VENV)/run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tracing.txt

# Beside the environment, not in it: these tools are no part of what is checked and tested.
$(VENV)/audit:
	@$(PYTHON) -m venv $@
	@$@/bin/pip install --quiet --disable-pip-version-check "pip-audit>=2.9" "cyclonedx-bom>=7"

audit: $(VENV)/audit
	@$(VENV)/audit/bin/pip-audit --disable-pip --require-hashes --strict -r requirements.txt

sbom: $(VENV)/audit
	@mkdir -p build
	@$(VENV)/audit/bin/cyclonedx-py requirements --pyproject pyproject.toml -o build/sbom.json requirements.txt

train: $(VENV)/run
	@$(BIN)/python -m workers.training

lock: $(VENV)/dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  $(LOCK_FLAGS) pyproject.toml build.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  $(LOCK_FLAGS) -c requirements.txt pyproject.toml build.in --group dev -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  $(LOCK_FLAGS) -c requirements.txt pyproject.toml --extra embeddings -o requirements-embeddings.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  $(LOCK_FLAGS) -c requirements.txt pyproject.toml --extra tracing -o requirements-tracing.txt
	$(BIN)/npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund

# A stamp says what the environment was made from; a changed lock file or pyproject.toml makes it anew.
$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Uproar needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 up"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run: $(VENV)/python requirements.txt pyproject.toml hatch_build.py \
  $(wildcard dashboards/web/*.js dashboards/web/pages/*.js dashboards/web/*.css)
	@echo "Installing into $(VENV); the first time takes about a minute"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Beside the byte code, for processes that may not write it; where they may, the first that needs a language keeps it.
$(VENV)/rules: $(VENV)/run $(wildcard workers/languages/*/*.toml workers/grammar/*.py)
	@$(BIN)/python -m workers.grammar > $@.new
	@mv $@.new $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt package-lock.json
	@echo "Installing what the tests need, a browser among it"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@cp package.json package-lock.json $(VENV)
	@$(BIN)/npm ci --prefix $(VENV) --ignore-scripts --no-audit --no-fund --loglevel error
	@$(BIN)/python -m tests.browser.chromium
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
