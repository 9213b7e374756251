# The one door. `make help` lists what is behind it.

.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
# A module that works on the database finds it in DATABASE_URL.
ON_DATABASE := $(PY) -m local run python -m

CLUB ?= main
NAME ?= partner
SCOPES ?= workouts:write,workouts:read,stats:read

# Every target: there is no file that any of them makes.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

up: runtime-tools ## start everything on this machine and stay until Ctrl-C
	@$(PY) -m local up

down: runtime-tools ## stop what `make up` started (data are kept)
	@$(PY) -m local down

ps: runtime-tools ## list the running processes: name, pid, port, state
	@$(PY) -m local ps

demo: runtime-tools ## submit a week of a small club's workouts and print what the members earned
	@$(PY) -m tools.demo

test: test-tools ## run all tests; SUITES="api worker" for some, ARGS="-k word -x" for pytest
	@$(PY) -m tools.checks.testing $(SUITES) -- $(ARGS)

lint: test-tools ## check style, types and import rules
	@$(PY) -m tools.checks.lint

security: test-tools ## look for weaknesses in our code, for secrets in files and for vulnerable pins
	@$(PY) -m tools.checks.security

fuzz: test-tools ## send random requests, messages and files, everything checked (some minutes); SEED=… repeats a run
	@$(PY) -m tools.checks.fuzz

chaos: test-tools ## send 20,000 workouts while everything breaks, then check the books (some 8 minutes); SEED=… repeats a run
	@$(PY) -m tools.chaos $(if $(SEED),--seed '$(SEED)') $(if $(SHORT),--short)

migrate: runtime-tools ## bring the database (DATABASE_URL, or that of `make up`) to the newest schema
	@$(PY) -m local migrate

backup: runtime-tools ## write the database into a file while everything runs; FILE=… for a place of your choice
	@$(ON_DATABASE) db.backup dump $(if $(FILE),'$(FILE)')

restore: runtime-tools ## put a backup in the place of the database, which is kept under another name: FILE=…
	@$(ON_DATABASE) db.backup restore '$(or $(FILE),$(error Say which backup: make restore FILE=…))'

key: runtime-tools ## make a partner key: CLUB=main NAME=partner SCOPES=workouts:write,stats:read
	@$(PY) -m local manage key --club '$(CLUB)' --name '$(NAME)' --scopes '$(SCOPES)'

revoke-key: runtime-tools ## revoke a partner key: ID=…
	@$(PY) -m local manage revoke-key '$(or $(ID),$(error Say which key: make revoke-key ID=…))'

operator: runtime-tools ## make an operator who can log in: CLUB=main EMAIL=… (asks for the password)
	@$(PY) -m local manage operator --club '$(CLUB)' '$(or $(EMAIL),$(error Say who: make operator EMAIL=…))'

points-validity: runtime-tools ## say how long points can be spent: CLUB=main PERIOD='12 months' (or never)
	@$(PY) -m local manage points-validity --club '$(CLUB)' '$(or $(PERIOD),$(error Say how long: make points-validity PERIOD=12\ months))'

airflow: runtime-tools ## Airflow's own command line on the stack's Airflow: CMD='dags list'
	@$(PY) -m local.airflow $(or $(CMD),$(error Say what: make airflow CMD='dags list'))

marts: runtime-tools ## build the marts where something has changed; FROM=2026-01-01 TO=2026-01-31 for a range
	@$(ON_DATABASE) db.marts $(if $(FROM),--from '$(FROM)') $(if $(TO),--to '$(TO)')

challenges: runtime-tools ## pay what was reached without a worker seeing it (Airflow does this by itself)
	@$(ON_DATABASE) db.challenges

seed: runtime-tools ## make a believable history of a club: MEMBERS=… DAYS=… WORKOUTS=… CLUB=main SEED=… AGAIN=1
	@$(ON_DATABASE) db.seed --club '$(CLUB)' $(if $(MEMBERS),--members '$(MEMBERS)') $(if $(DAYS),--days '$(DAYS)') \
		$(if $(WORKOUTS),--workouts '$(WORKOUTS)') $(if $(SEED),--seed '$(SEED)') $(if $(AGAIN),--again)
	@$(ON_DATABASE) db.marts

audit: runtime-tools ## prove that the books of points are right; fails and names what is not
	@$(ON_DATABASE) db.audit

expire-points: runtime-tools ## take the points that have expired by now, or by DAY=2026-01-31
	@$(ON_DATABASE) db.expiry points $(if $(DAY),--day '$(DAY)')

expire-redemptions: runtime-tools ## give back what nobody has fetched within 72 hours
	@$(ON_DATABASE) db.expiry redemptions

marts-doc: runtime-tools ## write docs/marts.md from the comments in the database
	@$(ON_DATABASE) db.marts_doc

bench: runtime-tools bench-tools ## measure FitBurn against other designs; SIZES=full for 5 million, DOCS=1 for docs/performance.md
	@.venv-bench/bin/python -m tools.bench $(if $(SIZES),--sizes '$(SIZES)') $(if $(DOCS),--docs) $(ARGS)

bench-marts: test-tools ## measure refreshes and the API on 1,000,000 workouts (takes some minutes)
	@$(PY) -m tools.bench.marts

bench-points: test-tools ## measure a busy member and a hot reward, with an API of its own, and prove the books after
	@$(PY) -m tools.bench.points

bench-screens: test-tools ## measure how long people wait for each page, in a small club and a large one; DOCS=1 for docs/performance.md
	@$(PY) -m tools.bench.screens $(if $(DOCS),--docs) $(if $(ROUNDS),--rounds $(ROUNDS))

train: trainer-tools ## make the training set, train, judge and write models/
	@$(PY) -m trainer.train

evaluate: trainer-tools ## judge the model on measured sessions: DATA=file.csv
	@$(PY) -m trainer.evaluate '$(or $(DATA),$(error Say which sessions: make evaluate DATA=file.csv))'

compose-check: test-tools ## build and start the containers, then try to break them (needs Docker; takes some 20 minutes)
	@$(PY) -m pytest deploy/checks --timeout 1200 -v -s $(ARGS)

one-pager: test-tools ## typeset one-pager/*.pdf
	@$(PY) one-pager/build.py

pins: test-tools ## pin the dependency groups of pyproject.toml again; UPGRADE=1 for the newest versions
	@$(PY) -m tools.pins

screenshots: test-tools ## take screenshots of all pages into .local/screenshots; README=1 for the ones in README.md
	@$(PY) ui/screenshots.py $(if $(README),--readme)

messages: test-tools ## bring the catalogues of the pages in step with their texts
	@$(PY) ui/messages.py

clean: ## stop everything and DELETE its data, the virtual environments and caches
	@if [ -x $(PY) ]; then $(PY) -m local down; fi
	rm -rf .local .venv .venv.lock .venv-airflow .venv-airflow.lock .venv-bench .venv-bench.lock .mypy_cache .pytest_cache .ruff_cache

runtime-tools:
	@$(PYTHON) local/bootstrap.py runtime
trainer-tools:
	@$(PYTHON) local/bootstrap.py trainer
test-tools:
	@$(PYTHON) local/bootstrap.py tests
bench-tools: runtime-tools
	@$(PYTHON) local/bootstrap.py bench
