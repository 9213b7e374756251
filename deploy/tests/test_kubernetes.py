"""The manifests as Kustomize builds them, checked without a cluster."""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml
from custom_resources import SPECS

ROOT = Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("small", "large")
VERSION = "1.34"

Resource = dict[str, Any]


@cache
def builder() -> tuple[str, ...] | None:
    """Kustomize, by itself or in kubectl, if one that is new enough is on this machine."""
    for command in (("kustomize", "build"), ("kubectl", "kustomize")):
        if shutil.which(command[0]):
            tried = subprocess.run([*command, str(ROOT / "grafana")], capture_output=True, check=False)
            if tried.returncode == 0:
                return command
    return None


@cache
def build(overlay: str) -> list[Resource]:
    command = builder()
    if not command:
        pytest.skip("needs kustomize 5, or a kubectl that has it")
    built = subprocess.run(
        [*command, str(KUBERNETES / "overlays" / overlay)], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return list(yaml.safe_load_all(built.stdout))


def of_kind(overlay: str, kind: str) -> dict[str, Resource]:
    return {resource["metadata"]["name"]: resource for resource in build(overlay) if resource["kind"] == kind}


def pod_templates(overlay: str) -> dict[str, Resource]:
    return {
        name: resource["spec"]["template"]
        for kind in ("Deployment", "Job")
        for name, resource in of_kind(overlay, kind).items()
    }


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_resource_is_what_its_schema_says(overlay: str) -> None:
    for resource in build(overlay):
        spec = SPECS.get((resource["apiVersion"], resource["kind"]))
        if spec:
            jsonschema.validate(resource["spec"], spec)
        else:
            kubernetes_validate.validate(resource, VERSION, strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_both_sizes_have_every_part(overlay: str) -> None:
    assert set(of_kind(overlay, "Deployment")) == {"api", "worker", "ui"}
    assert set(of_kind(overlay, "PodDisruptionBudget")) == {"api", "worker", "ui"}
    assert set(of_kind(overlay, "Job")) == {"migrate"}
    for kind in ("HorizontalPodAutoscaler", "ScaledObject", "Cluster", "Pooler", "ScheduledBackup", "RabbitmqCluster"):
        assert of_kind(overlay, kind), kind


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_are_nobody_and_write_nowhere(overlay: str) -> None:
    for name, template in pod_templates(overlay).items():
        spec = template["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        for container in spec["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True and context["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["requests"].keys() >= {"cpu", "memory"}, name
            assert "memory" in container["resources"]["limits"], name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_images_come_with_a_version(overlay: str) -> None:
    for name, template in pod_templates(overlay).items():
        for container in template["spec"]["containers"]:
            assert re.fullmatch(r"registry\.example/fitburn/\w+:\d[\w.-]*", container["image"]), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_release_loses_no_request(overlay: str) -> None:
    for name in ("api", "ui"):
        deployment = of_kind(overlay, "Deployment")[name]["spec"]
        assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        pod = deployment["template"]["spec"]
        container = pod["containers"][0]
        told = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert container["readinessProbe"] and told >= 10
        args = container.get("args", [])
        in_hand = int(args[args.index("--timeout-graceful-shutdown") + 1]) if name == "api" else 10
        assert pod["terminationGracePeriodSeconds"] > told + in_hand


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_pod_is_not_restarted_because_the_database_is_away(overlay: str) -> None:
    for name in ("api", "worker"):
        container = of_kind(overlay, "Deployment")[name]["spec"]["template"]["spec"]["containers"][0]
        assert container["livenessProbe"]["httpGet"]["path"] == "/metrics"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_workers_follow_the_queue_and_the_table(overlay: str) -> None:
    scaled = of_kind(overlay, "ScaledObject")["worker"]["spec"]
    assert {trigger["type"] for trigger in scaled["triggers"]} == {"rabbitmq", "postgresql"}
    assert "processed_at is null" in scaled["triggers"][1]["metadata"]["query"]
    known = {
        reference["name"]
        for reference in of_kind(overlay, "TriggerAuthentication")["worker"]["spec"]["secretTargetRef"]
    }
    assert known <= secrets_of_readme()
    base = yaml.safe_load_all((KUBERNETES / "base" / "worker.yaml").read_text())
    bounds = next(doc["spec"] for doc in base if doc["kind"] == "ScaledObject")
    assert (bounds["minReplicaCount"], bounds["maxReplicaCount"]) == (0, 50)


def secrets_of_readme() -> set[str]:
    return set(re.findall(r"`([a-z-]+)`", (KUBERNETES / "README.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_secret_that_is_needed_is_in_the_readme(overlay: str) -> None:
    names = set(
        re.findall(r'"secretKeyRef": \{"key": "[^"]+", "name": "([^"]+)"', json.dumps(build(overlay), sort_keys=True))
    )
    assert names and names <= secrets_of_readme()


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_connections_fit_into_the_database(overlay: str) -> None:
    """As docs/scaling.md reckons: a pool, the listener and the gauges for an API pod; two for a worker."""
    parameters = of_kind(overlay, "Cluster")["postgres"]["spec"]["postgresql"]["parameters"]
    apis = of_kind(overlay, "HorizontalPodAutoscaler")["api"]["spec"]["maxReplicas"]
    workers = of_kind(overlay, "ScaledObject")["worker"]["spec"]["maxReplicaCount"]
    others = 60  # Airflow, poolers, the operator, people
    assert apis * (8 + 2) + workers * 2 + others <= int(parameters["max_connections"])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nothing_may_speak_unless_it_is_named(overlay: str) -> None:
    policies = of_kind(overlay, "NetworkPolicy")
    assert policies["default"]["spec"]["podSelector"] == {}
    assert set(policies) == {"default", "api", "worker", "ui", "migrate", "postgres", "rabbitmq"}
    reach_database = policies["postgres"]["spec"]["ingress"][0]["from"]
    for template in pod_templates(overlay).values():
        assert template["metadata"]["labels"]["app.kubernetes.io/part-of"] == "fitburn"
    assert {"podSelector": {"matchLabels": {"app.kubernetes.io/part-of": "fitburn"}}} in reach_database


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_dashboards_are_those_of_grafana(overlay: str) -> None:
    data = of_kind(overlay, "ConfigMap")["fitburn-dashboards"]["data"]
    files = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "grafana" / "dashboards").glob("*.json")}
    assert data == files


def test_three_of_everything_that_must_not_fail() -> None:
    assert of_kind("large", "Cluster")["postgres"]["spec"]["instances"] == 3
    assert of_kind("large", "RabbitmqCluster")["rabbitmq"]["spec"]["replicas"] == 3


def test_airflow_runs_each_task_in_a_pod_from_our_image() -> None:
    values = yaml.safe_load((KUBERNETES / "airflow" / "values.yaml").read_text())
    assert values["executor"] == "KubernetesExecutor"
    dockerfile = (ROOT / "airflow" / "Dockerfile").read_text()
    assert f"FROM apache/airflow:{values['airflowVersion']}\n" in dockerfile
    assert f"AIRFLOW__CORE__DAGS_FOLDER={values['config']['core']['dags_folder']} " in dockerfile


def test_no_secret_is_in_the_folder() -> None:
    assert not any(of_kind(overlay, "Secret") for overlay in OVERLAYS)
