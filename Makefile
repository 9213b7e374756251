# All commands of the repository. `make help` lists them.

.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
# A module that works on the database finds it in DATABASE_URL.
ON_DATABASE := $(PY) -m local run python -m

CLUB ?= main
NAME ?= partner

# Every target: none of them creates a file of its name.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))

help: ## list these commands
	@awk -F ':.*## ' '/^## / { printf "\n%s\n", substr($$0, 4) } \
		/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

## Try it

up: runtime-tools ## start everything on this machine and stay until Ctrl-C
	@$(PY) -m local up

down: runtime-tools ## stop what `make up` started (data are kept)
	@$(PY) -m local down

ps: runtime-tools ## list the running processes: name, pid, port, state
	@$(PY) -m local ps

demo: runtime-tools ## submit a week of a small club's workouts and print what the members earned
	@$(PY) -m tools.demo

seed: runtime-tools ## write a synthetic history of a club: MEMBERS=… DAYS=… WORKOUTS=… CLUB=main SEED=… AGAIN=1
	@$(ON_DATABASE) db.seed --club '$(CLUB)' $(if $(MEMBERS),--members '$(MEMBERS)') $(if $(DAYS),--days '$(DAYS)') \
		$(if $(WORKOUTS),--workouts '$(WORKOUTS)') $(if $(SEED),--seed '$(SEED)') $(if $(AGAIN),--again)
	@$(ON_DATABASE) db.marts

## Operate it

key: runtime-tools ## create a partner key: CLUB=main NAME=partner SCOPES=workouts:write,… (default: all)
	@$(PY) -m local manage key --club '$(CLUB)' --name '$(NAME)' $(if $(SCOPES),--scopes '$(SCOPES)')

revoke-key: runtime-tools ## revoke a partner key: ID=…
	@$(PY) -m local manage revoke-key '$(or $(ID),$(error Set ID: make revoke-key ID=…))'

operator: runtime-tools ## create an operator who can log in: CLUB=main EMAIL=… (asks for the password)
	@$(PY) -m local manage operator --club '$(CLUB)' '$(or $(EMAIL),$(error Set EMAIL: make operator EMAIL=…))'

points-validity: runtime-tools ## set how long points can be spent: CLUB=main PERIOD='12 months' (or never)
	@$(PY) -m local manage points-validity --club '$(CLUB)' '$(or $(PERIOD),$(error Set PERIOD: make points-validity PERIOD=12\ months))'

expire-points: runtime-tools ## expire the points that are due now, or by DAY=2026-01-31
	@$(ON_DATABASE) db.expiry points $(if $(DAY),--day '$(DAY)')

expire-redemptions: runtime-tools ## return the points of redemptions that were not collected within 72 hours
	@$(ON_DATABASE) db.expiry redemptions

challenges: runtime-tools ## pay bonuses that no worker has paid (Airflow runs this automatically)
	@$(ON_DATABASE) db.challenges

audit: runtime-tools ## prove that the books of points are right; fails and names each violation
	@$(ON_DATABASE) db.audit

migrate: runtime-tools ## migrate the database (DATABASE_URL, or that of `make up`) to the newest schema
	@$(PY) -m local migrate

backup: runtime-tools ## write the database into a file while everything runs; FILE=… to choose the file
	@$(ON_DATABASE) db.backup dump $(if $(FILE),'$(FILE)')

restore: runtime-tools ## replace the database by a backup and keep the old one under another name: FILE=…
	@$(ON_DATABASE) db.backup restore '$(or $(FILE),$(error Set FILE: make restore FILE=…))'

marts: runtime-tools ## build the marts where something has changed; FROM=2026-01-01 TO=2026-01-31 for a range
	@$(ON_DATABASE) db.marts $(if $(FROM),--from '$(FROM)') $(if $(TO),--to '$(TO)')

airflow: runtime-tools ## run Airflow's command line on the stack's Airflow: CMD='dags list'
	@$(PY) -m local.airflow $(or $(CMD),$(error Set CMD: make airflow CMD='dags list'))

## Develop it

test: test-tools ## run all tests; SUITES="api worker" for some, ARGS="-k word -x" for pytest
	@$(PY) -m tools.checks.testing $(SUITES) -- $(ARGS)

lint: test-tools ## check style, types and import rules
	@$(PY) -m tools.checks.lint

security: test-tools ## look for weaknesses in our code, secrets in files and vulnerable pins
	@$(PY) -m tools.checks.security

fuzz: test-tools ## run the tests with random input much longer (some minutes); SEED=… repeats a run
	@$(PY) -m tools.checks.fuzz

chaos: test-tools ## send 20,000 workouts through every fault, then check the books (8 minutes); SEED=… repeats a run
	@$(PY) -m tools.chaos $(if $(SEED),--seed '$(SEED)') $(if $(SHORT),--short)

compose-check: test-tools ## build and start the containers, then inject faults (needs Docker; takes some 20 minutes)
	@$(PY) -m pytest deploy/checks --timeout 1200 -v -s $(ARGS)

pins: test-tools ## pin the dependency groups of pyproject.toml; UPGRADE=1 for the newest versions
	@$(PY) -m tools.pins

marts-doc: runtime-tools ## write docs/marts.md from the comments in the database
	@$(ON_DATABASE) db.marts_doc

messages: test-tools ## update the pages' message catalogues from their texts
	@$(PY) ui/messages.py

screenshots: test-tools ## take screenshots of all pages into .local/screenshots; README=1 for the ones in README.md
	@$(PY) ui/screenshots.py $(if $(README),--readme)

one-pager: test-tools ## typeset one-pager/*.pdf
	@$(PY) one-pager/build.py

clean: ## stop everything and DELETE its data, the virtual environments and caches
	@if [ -x $(PY) ]; then $(PY) -m local down; fi
	rm -rf .local .venv .venv.lock .venv-airflow .venv-airflow.lock .venv-bench .venv-bench.lock .mypy_cache .pytest_cache .ruff_cache

## Measure it

bench: runtime-tools bench-tools ## compare FitBurn with other designs; SIZES=full for 5 million, DOCS=1 for docs/performance.md
	@.venv-bench/bin/python -m tools.bench $(if $(SIZES),--sizes '$(SIZES)') $(if $(DOCS),--docs) $(ARGS)

bench-marts: test-tools ## measure refreshes and the API on 1,000,000 workouts (takes some minutes)
	@$(PY) -m tools.bench.marts

bench-points: test-tools ## measure a busy member and a popular reward, then audit the books
	@$(PY) -m tools.bench.points

bench-screens: test-tools ## measure page load times in a small and a large club; DOCS=1 for docs/performance.md
	@$(PY) -m tools.bench.screens $(if $(DOCS),--docs) $(if $(ROUNDS),--rounds $(ROUNDS))

## Train the model

train: trainer-tools ## generate the training set, train, judge and write models/
	@$(PY) -m trainer.train

evaluate: trainer-tools ## judge the model on measured sessions: DATA=file.csv
	@$(PY) -m trainer.evaluate '$(or $(DATA),$(error Set DATA: make evaluate DATA=file.csv))'

runtime-tools:
	@$(PYTHON) local/bootstrap.py runtime
trainer-tools:
	@$(PYTHON) local/bootstrap.py trainer
test-tools:
	@$(PYTHON) local/bootstrap.py tests
bench-tools: runtime-tools
	@$(PYTHON) local/bootstrap.py bench
