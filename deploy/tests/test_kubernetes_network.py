"""The allowed connections between pods."""

import pytest
from manifests import OVERLAYS, Resource, of_kind, pod_templates

# As the operators label their pods; ours are named like their policies.
PODS = {
    **{name: {"app.kubernetes.io/name": name} for name in ("api", "worker", "ui", "migrate", "rabbitmq")},
    "postgres": {"cnpg.io/cluster": "postgres"},
    "pooler": {"cnpg.io/poolerName": "postgres-readers"},
}
CONVERSATIONS = {
    ("ingress-nginx", "api", 8000), ("ingress-nginx", "ui", 8501), ("ui", "api", 8000),
    ("api", "postgres", 5432), ("worker", "postgres", 5432), ("migrate", "postgres", 5432),
    ("pooler", "postgres", 5432), ("airflow", "postgres", 5432), ("keda", "postgres", 5432),
    ("postgres", "postgres", 5432), ("cnpg-system", "postgres", 8000), ("monitoring", "pooler", 5432),
    ("api", "rabbitmq", 5672), ("worker", "rabbitmq", 5672), ("keda", "rabbitmq", 5672),
    ("rabbitmq", "rabbitmq", 25672),
    ("monitoring", "api", 8000), ("monitoring", "worker", 9101), ("monitoring", "rabbitmq", 15692),
    ("monitoring", "postgres", 9187),
}  # fmt: skip


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_connection_is_denied_by_default(overlay: str) -> None:
    policies = of_kind(overlay, "NetworkPolicy")
    assert policies["default"]["spec"]["podSelector"] == {}
    assert "ingress" not in policies["default"]["spec"]
    for name, template in pod_templates(overlay).items():
        selected = policies[name]["spec"]["podSelector"]["matchLabels"]
        assert selected.items() <= template["metadata"]["labels"].items()


def lets_through(rules: list[Resource], side: str, other: str, port: int) -> bool:
    """Whether one of the rules names the other, a pod of ours or a namespace, and the port."""
    for rule in rules:
        peers = rule.get(side, [])
        named = PODS.get(other, {"kubernetes.io/metadata.name": other})
        selector = "podSelector" if other in PODS else "namespaceSelector"
        if {"port": port} in rule["ports"] and {selector: {"matchLabels": named}} in peers:
            return True
    return False


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_required_connections_are_allowed_and_no_others(overlay: str) -> None:
    policies = [policy["spec"] for policy in of_kind(overlay, "NetworkPolicy").values()]

    def of(pod: str, direction: str) -> list[Resource]:
        selected = [p for p in policies if p["podSelector"].get("matchLabels") == PODS[pod]]
        assert selected, f"{pod} has no policy"
        return [rule for policy in selected for rule in policy.get(direction, [])]

    senders = {*PODS, *(sender for sender, _, _ in CONVERSATIONS)}
    ports = {port for _, _, port in CONVERSATIONS}
    arrives = {
        (sender, receiver, port)
        for sender in senders
        for receiver in PODS
        for port in ports
        if lets_through(of(receiver, "ingress"), "from", sender, port)
        and (sender not in PODS or lets_through(of(sender, "egress"), "to", receiver, port))
    }
    assert arrives - CONVERSATIONS <= {("postgres", "postgres", 8000), ("cnpg-system", "postgres", 5432)}
    assert CONVERSATIONS - arrives == set()
