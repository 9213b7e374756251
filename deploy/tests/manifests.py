"""The resources of each overlay, as Kustomize builds them."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("small", "large")

Resource = dict[str, Any]


@cache
def builder() -> tuple[str, ...] | None:
    """The command of Kustomize, standalone or in kubectl, if a recent one is installed."""
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
        reason = "needs kustomize 5, or a kubectl that has it"
        assert os.environ.get("FITBURN_REQUIRE_KUSTOMIZE") != "1", reason
        pytest.skip(reason)
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
