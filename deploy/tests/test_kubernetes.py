"""The manifests as Kustomize builds them, checked without a cluster."""

import json
import re

import jsonschema
import kubernetes_validate
import pytest
import yaml
from custom_resources import SPECS
from manifests import KUBERNETES, OVERLAYS, ROOT, build, of_kind, pod_templates
from service_settings import settings_of

from deploy import rules

VERSION = "1.34"


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
    # The operator creates that of the database.
    assert set(of_kind(overlay, "PodDisruptionBudget")) == {"api", "worker", "ui", "rabbitmq"}
    assert set(of_kind(overlay, "Job")) == {"migrate"}
    for kind in ("HorizontalPodAutoscaler", "ScaledObject", "Cluster", "Pooler", "ScheduledBackup", "RabbitmqCluster"):
        assert of_kind(overlay, kind), kind


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_have_no_privileges_and_a_read_only_file_system(overlay: str) -> None:
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
        delay_sec = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert container["readinessProbe"] and delay_sec >= 10
        args = container.get("args", [])
        in_hand = int(args[args.index("--timeout-graceful-shutdown") + 1]) if name == "api" else 10
        assert pod["terminationGracePeriodSeconds"] > delay_sec + in_hand


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
    """As in docs/scaling.md: a pool, the listener and the gauges for an API pod; two for a worker."""
    parameters = of_kind(overlay, "Cluster")["postgres"]["spec"]["postgresql"]["parameters"]
    apis = of_kind(overlay, "HorizontalPodAutoscaler")["api"]["spec"]["maxReplicas"]
    workers = of_kind(overlay, "ScaledObject")["worker"]["spec"]["maxReplicaCount"]
    others = 60  # Airflow, poolers, the operator, people
    assert apis * (8 + 2) + workers * 2 + others <= int(parameters["max_connections"])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_pod_has_the_settings_that_its_service_requires(overlay: str) -> None:
    of_servers = {"FORWARDED_ALLOW_IPS"}  # uvicorn's
    for name, template in pod_templates(overlay).items():
        given = {variable["name"] for variable in template["spec"]["containers"][0]["env"]} - of_servers
        assert "FITBURN_ENV" in given
        if name != "ui":
            assert given <= settings_of(name), name
            assert "DATABASE_URL" in given
    api = of_kind(overlay, "Deployment")["api"]["spec"]["template"]["spec"]["containers"][0]
    assert {"FITBURN_TOKEN_SECRET", "RABBITMQ_URL", "FITBURN_GRAFANA_URL"} <= {v["name"] for v in api["env"]}


def test_airflow_has_the_settings_that_its_dags_read() -> None:
    values = yaml.safe_load((KUBERNETES / "airflow" / "values.yaml").read_text())
    given = {secret["envName"]: secret["secretName"] for secret in values["secret"]}
    assert given["AIRFLOW_METADATA_URL"] == values["data"]["metadataSecretName"]
    dags = "".join(file.read_text() for file in (ROOT / "airflow" / "dags").glob("*.py"))
    read = set(re.findall(r'environ\["([A-Z_]+)"\]', dags))
    assert read and read <= set(given)


def test_names_of_services_are_such_that_other_namespaces_find_them() -> None:
    """KEDA and Airflow live elsewhere."""
    readme = (KUBERNETES / "README.md").read_text(encoding="utf-8")
    hosts = set(re.findall(r"@(postgres[\w.-]*):5432", readme))
    assert hosts == {"postgres-rw.fitburn"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_rules_of_prometheus_are_there_and_the_newest(overlay: str) -> None:
    assert rules.RESOURCES.read_text(encoding="utf-8") == rules.text(), "Write them anew: python -m deploy.rules"
    alerts = of_kind(overlay, "PrometheusRule")["fitburn-alerts"]["spec"]
    assert alerts == yaml.safe_load(
        (ROOT / "deploy" / "prometheus" / "rules" / "fitburn.alerts.yml").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_grafana_reads_the_same_sources_everywhere(overlay: str) -> None:
    sources = of_kind(overlay, "ConfigMap")["fitburn-datasources"]
    file = ROOT / "grafana" / "provisioning" / "datasources" / "fitburn.yaml"
    assert list(sources["data"].values()) == [file.read_text(encoding="utf-8")]
    assert sources["metadata"]["labels"]["grafana_datasource"] == "1"


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
