# Every target works in a fresh clone: each one sets the checkout up first (a moment when nothing
# is to be done). `make` alone lists them.

PY := .venv/bin/python
UV := .venv/bin/uv
UV_VERSION := 0.13.9
LOCK := --universal --generate-hashes --no-header --python-version 3.11
WITHIN := $(PY) -m dev.within
# Settings like production's, for the checks alone: nothing listens with them.
RANDOM_HEX := $$(head -c 32 /dev/urandom | od -An -vtx1 | tr -dc 0-9a-f)
DEPLOY := env DEBUG=false SECURE=true STATIC_COLLECTED=true EMAIL_DIR= ALLOWED_HOSTS=epsa.example \
	SCANNER=none SECRET_KEY=A.b-$(RANDOM_HEX) CONTEXT_KEY=$(RANDOM_HEX) MFA_KEY=$(RANDOM_HEX)
# Bad input (B1, B12, B17; B13 on its own: a browser's tests want a process of theirs).
HOSTILE := tests/test_urls.py tests/agencies/test_invitation_page.py tests/reports/test_render.py
HOSTILE_PAGES := tests/journeys/test_hostile_text.py

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test check fix lock demo standards faults manage \
	db-bootstrap secrets backup restore assets

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## system packages, virtual environment, locked packages
	@sh dev/setup.sh

setup-test:
	@sh dev/setup.sh test

run: setup ## start everything and print the address (PORT=8001 for another port)
	@exec $(PY) -m dev.supervise

test: setup-test ## run every test (TESTS=path for some, PYTEST_ARGS="-k name" for more options)
	@exec $(PY) -m dev.run_tests

.PHONY: bench
bench: setup-test ## what pages, saves and the PDF cost, against floors (QUICK=1: shorter)
	@exec $(PY) -m dev.bench

check: setup ## lint, format, types, layers, templates, migrations, deployment settings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(WITHIN) mypy .
	.venv/bin/lint-imports
	git ls-files -z -- 'templates/*.html' | xargs -0r .venv/bin/djade --target-version 5.2 --check
	$(WITHIN) sh -c 'python manage.py makemigrations --check --dry-run \
		&& $(DEPLOY) python manage.py check --deploy --fail-level WARNING'

fix: setup ## put right what ruff and djade can put right
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	git ls-files -z -- 'templates/*.html' | xargs -0r .venv/bin/djade --target-version 5.2 || true

lock: setup ## remake the locks from pyproject.toml
	$(UV) pip compile $(LOCK) pyproject.toml -o requirements.txt
	$(UV) pip compile $(LOCK) pyproject.toml --group dev -o requirements-dev.txt
	echo uv==$(UV_VERSION) | $(UV) pip compile $(LOCK) --no-annotate - -o dev/uv.txt

demo: setup ## reset the demo data
	$(WITHIN) python manage.py demo

standards: setup ## load the standards' files into the database
	$(WITHIN) python manage.py load_standards

manage: setup ## any management command: make manage CMD="verify_audit"
	@$(WITHIN) python manage.py $(CMD)

faults: setup-test ## the long form of the fault tests (hours)
	@code=0; for tests in "tests/faults tests/served $(HOSTILE)" $(HOSTILE_PAGES); do \
		FAULTS=long TESTS="$$tests" $(PY) -m dev.run_tests || code=1; done; exit $$code

db-bootstrap: setup ## prepare a real PostgreSQL (docs/how-to/run-against-real-servers.md)
	@$(PY) -m dev.bootstrap

secrets: setup ## one file a secret, for docker-compose.yml (docs/operations.md)
	@$(PY) -m dev.secret_files

backup: setup ## database and files to a new folder: make backup BACKUP=/backups/2026-01-31
	@$(WITHIN) python -m dev.backup "$(BACKUP)"

restore: setup ## bring a backup back and check it (REPLACE=yes puts aside what is there)
	@$(PY) -m dev.restore "$(BACKUP)"

assets: setup ## refresh the vendored front-end files (the one target that needs npm)
	$(PY) -m dev.assets
