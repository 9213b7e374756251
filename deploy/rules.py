"""Writes deploy/prometheus/rules as resources of the Prometheus operator: python -m deploy.rules"""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "deploy" / "prometheus" / "rules"
RESOURCES = ROOT / "deploy" / "kubernetes" / "base" / "rules.yaml"
HEAD = "# Written by `python -m deploy.rules` from deploy/prometheus/rules: change those.\n"


def resource(file: Path) -> dict[str, Any]:
    """A PrometheusRule with the groups of the file, named after it: fitburn.alerts.yml becomes fitburn-alerts."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": file.stem.replace(".", "-")},
        "spec": yaml.safe_load(file.read_text(encoding="utf-8")),
    }


def text() -> str:
    resources = [resource(file) for file in sorted(RULES.glob("*.yml"))]
    return HEAD + yaml.safe_dump_all(resources, sort_keys=False, allow_unicode=True, width=120)


def main() -> None:
    RESOURCES.write_text(text(), encoding="utf-8")
    print(f"Written: {RESOURCES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
