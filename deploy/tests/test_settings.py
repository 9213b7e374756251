"""Every setting can be changed in the containers, and is explained in deploy/production.env.example."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from service_settings import READ_BY, groups, settings_of

from local.settings import Settings as LocalSettings

ROOT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
EXAMPLE = (ROOT / "deploy/production.env.example").read_text(encoding="utf-8")
# A commented line with a default.
DEFAULTS = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE))

# Variables whose default is in docker-compose.yml, because the code has none.
OF_COMPOSE = {"FITBURN_GRAFANA_URL", "FITBURN_AIRFLOW_URL"}
# Not for operators of the containers, because:
FIXED = {
    "DATABASE_ROLE": "the rights in the schema are given to this name",
    "WORKER_METRICS_HOST": "in the worker's Dockerfile",
    "WORKER_METRICS_PORT": "in the worker's Dockerfile",
    "WORKER_MODELS_DIR": "the model is in the image",
}
# Code that reads variables without a settings group: folders or files of the image.
BY_HAND = {"ui": ["ui/app"], "airflow": ["airflow/dags", "airflow/plugins", "airflow/serve.py"]}
# Variables that they set for themselves.
MADE_BY_SERVE = {"AIRFLOW_METADATA_URL", "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"}


@pytest.mark.parametrize("service", READ_BY)
def test_every_setting_of_a_service_reaches_its_container(service: str) -> None:
    read = settings_of(service)
    assert "FITBURN_ENV" in read and len(read) > 4
    assert read - set(SERVICES[service]["environment"]) - set(FIXED) == set()


@pytest.mark.parametrize("service", BY_HAND)
def test_every_variable_that_is_read_by_hand_reaches_its_container(service: str) -> None:
    roots = [ROOT / name for name in BY_HAND[service]]
    files = [file for root in roots for file in ([root] if root.is_file() else root.rglob("*.py"))]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    read = set(re.findall(r'environ(?:\.get\(|\.pop\(|\[)"([A-Z_]+)"', text))
    read |= {value for name, value in re.findall(r'^([A-Z_]+) = "([A-Z_]{8,})"$', text, flags=re.MULTILINE)}
    read -= MADE_BY_SERVE | {"AIRFLOW_HOME"}
    assert read
    assert read - set(SERVICES[service]["environment"]) == set()


def test_every_variable_of_a_container_is_explained() -> None:
    given = {name for s in SERVICES.values() for name, value in s.get("environment", {}).items() if value is None}
    with_value = set(re.findall(r"^([A-Z_]+)=", EXAMPLE, flags=re.MULTILINE))
    assert given - with_value - set(DEFAULTS) == set()


def test_the_example_documents_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {"DATABASE_URL": "postgresql://db/fitburn", "FITBURN_TOKEN_SECRET": "s" * 32}
    for name, value in needed.items():
        monkeypatch.setenv(name, value)
    every = [group for service in ("api", "worker") for group in groups(service)]
    without = [group() for group in every]
    for name in DEFAULTS.keys() - OF_COMPOSE:
        monkeypatch.setenv(name, DEFAULTS[name])
    assert [group() for group in every] == without


def test_every_default_of_the_example_belongs_to_a_container() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert DEFAULTS
    for name in DEFAULTS:
        assert re.search(rf"^      {name}:$|\$\{{{name}:-", text, flags=re.MULTILINE), name


def test_every_setting_of_make_up_is_explained_in_env() -> None:
    explained = (ROOT / ".env").read_text(encoding="utf-8")
    of_tests = {"FITBURN_LOCAL_DIR"}  # they keep the stacks of tests apart from the user's
    read = {name.upper() for name in LocalSettings.model_fields} - of_tests
    assert {name for name in read if name not in explained} == set()
