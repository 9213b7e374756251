"""What must hold for the running containers. The checks run in the order of this file."""

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import requests
import yaml
from containers import ROOT, Containers, until, values
from load import Load, workout

from db.rules import broken_rules

PENDING = "select count(*) from predictions where status = 'pending'"
BY_KEY = """
    select idempotency_key, array_agg(w.id::text), bool_and(p.status = 'done')
    from workouts as w
    join predictions as p on p.workout_id = w.id
    where idempotency_key = any (%(keys)s)
    group by idempotency_key
"""
ROWS = """
    select (select count(*) from workouts), (select count(*) from predictions where status = 'done'),
        (select count(*) from point_transfers), (select sum(balance) from point_accounts where kind = 'member')
"""

DAGS = """
    select d.dag_id, count(r.id) filter (where r.state = 'success'), count(r.id) filter (where r.state = 'failed')
    from dag as d
    left join dag_run as r on r.dag_id = d.dag_id
    group by d.dag_id
"""
IMPORT_ERRORS = "select filename, stacktrace from import_error"
SECOND_TRIES = "select dag_id, task_id from task_instance where try_number > 1"

# Limits for an image (the official python:3.12-slim is some 130 MB of it), and for what we put on top of its base.
MEGABYTES = {"api": 350, "worker": 700}
OFFICIAL_BASE_MB = 130
MEGABYTES_ON_TOP = {"api": 120, "worker": 300, "ui": 520, "db": 80, "airflow": 30}
BASE_OF = {"airflow": "apache/airflow:3.3.2"}


def assert_nothing_is_lost(stack: Containers, load: Load) -> None:
    """Each accepted workout is stored and scored once, and the books balance."""
    assert not load.errors, load.errors[:3]
    until(lambda: stack.sql(PENDING) == [(0,)], seconds=120, what="nothing waits to be scored")
    found = {key: (ids, done) for key, ids, done in stack.sql(BY_KEY, keys=list(load.accepted))}
    assert found == {key: ([workout_id], True) for key, workout_id in load.accepted.items()}
    assert stack.sql(broken_rules()) == []


def test_a_workout_is_scored_and_reaches_the_mart_by_airflows_own_schedule(stack: Containers, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    sent = requests.post(stack.url("API_PORT", "/workouts"), json=workout("first"), headers=headers, timeout=10)
    assert sent.status_code == 202, sent.text
    scored = stack.get("API_PORT", sent.headers["Location"], headers=headers, params={"wait": 20})
    assert scored["status"] == "done" and scored["calories_pred"] > 100
    counted = "select coalesce(sum(done_cnt), 0) >= 1 from daily_metrics"
    until(lambda: stack.sql(counted) == [(True,)], seconds=900, what="Airflow has built daily_metrics")
    owed = "select coalesce(sum(issued), 0) from points_liability_daily"
    until(lambda: stack.sql(owed) == [(scored["points"],)], seconds=120, what="it has built points_liability_daily")


def test_every_dag_has_run_on_schedule_at_the_first_attempt(stack: Containers) -> None:
    assert stack.airflow_sql(IMPORT_ERRORS) == []
    files = (ROOT / "airflow" / "dags").glob("*.py")
    named = {name for file in files for name in re.findall(r'\bDAG\(\s*"(\w+)"', file.read_text(encoding="utf-8"))}
    assert len(named) >= 8

    def all_have_run() -> bool:
        runs = {name: (good, bad) for name, good, bad in stack.airflow_sql(DAGS)}
        assert not any(bad for _, bad in runs.values()), runs
        return runs.keys() >= named and all(good for good, _ in runs.values())

    until(all_have_run, seconds=300, what="every DAG has had a run that succeeded")
    assert stack.airflow_sql(SECOND_TRIES) == []


def test_every_page_answers(stack: Containers) -> None:
    pages = requests.get(stack.url("UI_PORT"), timeout=10)
    assert pages.ok and "<html" in pages.text
    assert stack.get("GRAFANA_PORT", "/api/health")["database"] == "ok"
    assert stack.get("AIRFLOW_PORT", "/api/v2/monitor/health")["scheduler"]["status"] == "healthy"
    assert requests.get(stack.url("RABBITMQ_MANAGEMENT_PORT"), timeout=10).ok


def test_airflow_lets_its_admin_alone_in(stack: Containers) -> None:
    def status(password: str) -> int:
        body = {"username": "admin", "password": password}
        return requests.post(stack.url("AIRFLOW_PORT", "/auth/token"), json=body, timeout=20).status_code

    assert status(stack.env["AIRFLOW_ADMIN_PASSWORD"]) == 201
    assert status("guess") in (401, 403)


def test_prometheus_reaches_everything(stack: Containers) -> None:
    wanted = {"prometheus": ["up"], "api": ["up"], "worker": ["up", "up"], "rabbitmq": ["up"]}
    until(lambda: stack.targets() == wanted, seconds=90, what=f"targets are {wanted}")


def test_prometheus_has_every_rule_and_none_fails(stack: Containers) -> None:
    groups = stack.get("PROMETHEUS_PORT", "/api/v1/rules")["data"]["groups"]
    loaded = {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}
    files = [yaml.safe_load(file.read_text()) for file in (ROOT / "deploy" / "prometheus" / "rules").glob("*.yml")]
    written = {rule.get("alert") or rule["record"] for file in files for g in file["groups"] for rule in g["rules"]}
    assert loaded.keys() == written
    assert set(loaded.values()) <= {"ok", "unknown"}


def test_services_log_in_with_no_more_than_they_need(stack: Containers) -> None:
    connected = "select distinct usename from pg_stat_activity where application_name like 'fitburn-%%'"
    assert stack.sql(connected) == [("fitburn_services",)]
    superusers = "select rolname from pg_roles where rolcanlogin and rolsuper and rolname like 'fitburn\\_%%'"
    assert stack.sql(superusers) == []


def test_four_workers_are_four_times_the_consumers(stack: Containers) -> None:
    stack.compose("up", "--detach", "--no-recreate", "--scale", "worker=1")
    until(lambda: stack.consumers() == 1, seconds=60, what="one consumer")
    stack.compose("up", "--detach", "--no-recreate", "--scale", "worker=4")
    until(lambda: stack.consumers() == 4, seconds=60, what="four consumers")
    until(lambda: stack.targets()["worker"] == ["up"] * 4, seconds=90, what="Prometheus sees four workers")


@pytest.mark.parametrize("service", ["worker", "rabbitmq", "api", "db", "prometheus", "grafana", "ui", "airflow"])
def test_a_restart_under_load_loses_nothing(stack: Containers, key: str, service: str) -> None:
    with Load(stack.url("API_PORT"), key) as load:
        until(lambda: len(load.accepted) > 20, seconds=60, what="workouts are accepted before")
        stack.compose("restart", service)
        before = len(load.accepted)
        until(lambda: len(load.accepted) > before + 20, seconds=120, what="workouts are accepted after")
        until(stack.is_well, seconds=240, what="every container is healthy again")
    assert_nothing_is_lost(stack, load)


def test_down_and_up_again_loses_nothing(stack: Containers, key: str) -> None:
    before = stack.sql(ROWS)
    stack.compose("down")
    stack.compose("up", "--detach")
    until(stack.is_well, seconds=400, what="every container is healthy again")
    assert stack.sql(ROWS) == before
    assert stack.sql(broken_rules()) == []
    with Load(stack.url("API_PORT"), key) as load:
        until(lambda: len(load.accepted) > 20, seconds=60, what="the key still works")
    assert_nothing_is_lost(stack, load)


def test_what_one_stack_backs_up_another_restores(stack: Containers, tmp_path: Path) -> None:
    owner = "postgresql://{POSTGRES_USER}:{POSTGRES_PASSWORD}@127.0.0.1:{port}/{POSTGRES_DB}"
    url = owner.format(**stack.env, port=stack.ports["POSTGRES_PORT"])
    before = stack.sql(ROWS)
    file = tmp_path / "stack.dump"
    make(f"backup FILE={file}", DATABASE_URL=url)
    stack.compose("down", "--volumes")
    stack.compose("up", "--detach")
    until(stack.is_well, seconds=600, what="an empty stack is healthy")
    make(f"restore FILE={file}", DATABASE_URL=url)
    assert stack.sql(ROWS) == before
    assert stack.sql(broken_rules()) == []
    until(lambda: stack.get("API_PORT", "/health")["status"] == "ok", seconds=60, what="the API has reconnected")


def make(words: str, **variables: str) -> None:
    done = subprocess.run(
        ["make", *words.split()], cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"make {words}:\n{done.stdout}{done.stderr}"


def test_production_refuses_every_value_of_env_before_anything_starts(stack: Containers) -> None:
    done = stack.compose("run", "--rm", "preflight", check=False, FITBURN_ENV="production")
    assert done.returncode == 1
    secrets = {name for name, value in values().items() if "local-only" in value or value == "admin"}
    missing = {name for name in secrets if f"  {name}\n" not in done.stderr + done.stdout}
    assert missing == set()
    assert "local-only" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("service", "named"),
    [
        ("api", "DATABASE_URL"),
        ("worker", "DATABASE_URL"),
        ("migrate", "DATABASE_URL"),
        ("airflow", "AIRFLOW_ADMIN_PASSWORD"),
    ],
)
def test_in_production_each_service_refuses_local_values(stack: Containers, service: str, named: str) -> None:
    done = stack.compose("run", "--rm", "--no-deps", service, check=False, FITBURN_ENV="production")
    assert done.returncode != 0
    assert "Refused to start in production" in done.stderr + done.stdout
    assert named in done.stderr + done.stdout


OF_AIRFLOW = (
    "AIRFLOW_ADMIN_PASSWORD", "AIRFLOW_CONN_FITBURN", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
)  # fmt: skip


@pytest.mark.parametrize(
    ("service", "secrets", "answer"),
    [
        ("api", ("DATABASE_URL", "RABBITMQ_URL", "FITBURN_TOKEN_SECRET"), "Application startup complete"),
        ("worker", ("DATABASE_URL", "RABBITMQ_URL"), "broker connected"),
        (
            "migrate",
            ("DATABASE_URL", *(f"FITBURN_{who}_PASSWORD" for who in ("SERVICES", "ANALYST", "GRAFANA", "AIRFLOW"))),
            "fitburn_services can log in",
        ),
        ("airflow", OF_AIRFLOW, "Application startup complete"),
    ],
)
def test_secrets_come_as_files(
    stack: Containers, tmp_path: Path, service: str, secrets: tuple[str, ...], answer: str
) -> None:
    tmp_path.chmod(0o755)
    given = json.loads(stack.compose("config", "--format", "json").stdout)["services"][service]["environment"]
    options = []
    for name in secrets:
        (tmp_path / name).write_text(f"{given[name]}\n")
        options += ["--env", f"{name}=", "--env", f"{name}_FILE=/secrets/{name}"]
    name = f"check-files-{service}"
    stack.compose(
        "run", "--detach", "--no-deps", "--name", name, *options, "--volume", f"{tmp_path}:/secrets:ro", service
    )
    try:
        until(lambda: answer in output_of(name), seconds=240, what=f"{service} says: {answer}")
    finally:
        print(output_of(name)[-500:])
        run("docker", "rm", "--force", name)


def output_of(container: str) -> str:
    done = subprocess.run(["docker", "logs", container], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_the_seeder_makes_a_history_that_is_in_the_marts(stack: Containers) -> None:
    club = "select count(*) from workouts as w join clubs as c on c.id = w.club_id where slug = 'main'"
    before, days = stack.sql(club)[0][0], "select count(distinct day) from daily_metrics"
    size = "python -m db.seed --again --members 50 --days 30 --workouts 1000 && python -m db.marts"
    stack.compose("--profile", "demo", "run", "--build", "--rm", "seeder", "sh", "-c", size)
    assert stack.sql(club)[0][0] == before + 1_000
    assert stack.sql(days)[0][0] >= 28
    assert stack.sql(broken_rules()) == []


def test_the_trainer_makes_a_model_or_explains_immediately_why_it_cannot(stack: Containers, tmp_path: Path) -> None:
    def train(user: str) -> subprocess.CompletedProcess[str]:
        # Not /made, where the model of this checkout is.
        words = ["--profile", "training", "run", "--build", "--rm", "--volume", f"{tmp_path}:/new", "trainer"]
        command = ["python", "-m", "trainer.train", "--models", "/new"]
        return stack.compose(*words, *command, check=False, TRAINER_USER=user)

    refused = train("12345:12345")
    assert refused.returncode == 1 and "TRAINER_USER" in refused.stderr
    made = train(f"{os.getuid()}:{os.getgid()}")
    assert made.returncode == 0, made.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"features.json", "metrics.json", "model.joblib"}
    assert (
        hashlib.sha256((tmp_path / "model.joblib").read_bytes()).hexdigest() in (tmp_path / "metrics.json").read_text()
    )


def test_images_are_small_and_hold_no_secret(stack: Containers) -> None:
    for image, limit in MEGABYTES_ON_TOP.items():
        base = BASE_OF.get(image, "python:3.12-slim")
        size = size_mb(f"fitburn/{image}:dev")
        on_top = size - size_mb(base)
        print(f"fitburn/{image}: {size:.0f} MB, {on_top:.0f} MB of it on top of {base}")
        assert on_top < limit, image
        assert on_top + OFFICIAL_BASE_MB < MEGABYTES.get(image, 1_000), image
        inspected = run("docker", "image", "inspect", f"fitburn/{image}:dev", "--format", "{{json .Config}}")
        history = run("docker", "history", "--no-trunc", f"fitburn/{image}:dev")
        for name, secret in values().items():
            if "local-only" in secret:
                assert secret not in json.dumps(json.loads(inspected)) + history, f"{name} is in {image}"
                looked = ["docker", "run", "--rm", "--entrypoint", "grep", f"fitburn/{image}:dev", "-rlF", secret]
                found = subprocess.run([*looked, "/srv", "/opt"], capture_output=True, text=True, check=False)
                assert found.stdout == "", f"{name} is in {image}: {found.stdout}"


def size_mb(image: str) -> float:
    return int(run("docker", "image", "inspect", image, "--format", "{{.Size}}")) / 1e6


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
