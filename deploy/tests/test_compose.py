"""docker-compose.yml as text; deploy/checks runs it."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
ONCE = {"preflight", "migrate", "trainer", "seeder"}
OWN = {"preflight", "migrate", "trainer", "seeder", "api", "worker", "ui"}
OPEN_TO_ALL = {"api", "ui"}


def variables(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def conditions(service: str) -> dict[str, str]:
    return {name: wait["condition"] for name, wait in SERVICES[service].get("depends_on", {}).items()}


def test_every_variable_that_the_compose_file_needs_has_a_value() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)\}", text)) <= set(variables(".env"))


def test_the_example_explains_every_variable_of_env_and_gives_no_secret() -> None:
    example = variables("deploy/production.env.example")
    assert set(variables(".env")) <= set(example)
    secret = {name for name in example if re.search(r"PASSWORD|SECRET|_PASS$", name)}
    assert {example[name] for name in secret} == {""}
    assert example["FITBURN_ENV"] == "production"


def test_every_secret_of_env_is_of_a_kind_that_production_refuses() -> None:
    secrets = {name: value for name, value in variables(".env").items() if re.search(r"PASSWORD|SECRET|_PASS$", name)}
    assert len(secrets) >= 10
    assert {name for name, value in secrets.items() if "local-only" not in value and value != "admin"} == set()


def test_every_secret_of_env_is_checked_before_any_service_starts() -> None:
    secrets = {name for name in variables(".env") if re.search(r"PASSWORD|SECRET|_PASS$", name)}
    assert secrets <= set(SERVICES["preflight"]["environment"])


def test_every_service_waits_for_the_check_of_the_secrets() -> None:
    def waits(service: str) -> bool:
        return service == "preflight" or any(waits(other) for other in conditions(service))

    assert {name for name in SERVICES if not waits(name)} == {"trainer"}


def test_services_wait_for_health_or_for_the_end_of_what_they_need() -> None:
    for service in SERVICES:
        for other, condition in conditions(service).items():
            assert condition == ("service_completed_successfully" if other in ONCE else "service_healthy"), service


def test_databases_brokers_and_operators_pages_listen_on_loopback_alone() -> None:
    for name, service in SERVICES.items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:") != (name in OPEN_TO_ALL), f"{name}: {port}"


def test_every_service_has_a_limit_of_memory_a_restart_policy_and_logs_that_end() -> None:
    for name, service in SERVICES.items():
        assert service["mem_limit"], name
        assert service["restart"] == ("no" if name in ONCE else "unless-stopped"), name
        assert service["logging"]["options"]["max-size"], name


def test_our_own_images_run_on_a_read_only_file_system_without_privileges() -> None:
    for name in OWN:
        assert SERVICES[name]["read_only"] is True, name
        assert SERVICES[name]["cap_drop"] == ["ALL"], name


def test_no_service_but_the_migrations_and_the_seeder_is_the_owner_of_the_database() -> None:
    owners = {
        name
        for name, service in SERVICES.items()
        if any("${POSTGRES_PASSWORD}" in str(value) for value in service.get("environment", {}).values())
    }
    assert owners == {"migrate", "seeder"}


def test_images_have_tags_that_do_not_move() -> None:
    for name, service in SERVICES.items():
        assert re.fullmatch(r"[\w./-]+:(\$\{FITBURN_VERSION:-dev\}|v?\d[\w.-]*)", service["image"]), name


def test_all_data_are_in_named_volumes() -> None:
    kept = {mount.split(":")[0] for s in SERVICES.values() for mount in s.get("volumes", []) if mount[0] not in "./"}
    assert kept == set(COMPOSE["volumes"]) >= {"db", "rabbitmq", "prometheus", "grafana", "airflow-logs"}
