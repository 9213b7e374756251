"""Checks style, types and import rules, shows every finding and fails if there is one: `make lint`."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local.settings import ROOT

# Held as a test, because the tools for import rules cannot tell two packages called `app` apart.
IMPORT_RULES = "core/tests/test_import_rules.py"
CONTAINER_RULES = ("deploy/tests/test_images.py", "deploy/tests/test_compose.py")


@dataclass(frozen=True)
class Check:
    """A module run with this Python from a folder of the repository."""

    name: str
    arguments: list[str]
    folder: str = "."


def mypy(name: str, *targets: str, folder: str = ".") -> Check:
    """Each in a process and cache of its own: the API's and the worker's packages have the same name."""
    options = [f"--config-file={ROOT / 'pyproject.toml'}", f"--cache-dir={ROOT / '.mypy_cache' / name}"]
    return Check(f"types of {name}", ["mypy", *options, *targets], folder)


CHECKS = [
    Check("style", ["ruff", "check", "."]),
    Check("format", ["ruff", "format", "--check", "."]),
    mypy("core", "core/fitburn"),
    mypy("client", "client/fitburn_client"),
    mypy("trainer", "trainer", "--exclude=tests"),
    mypy("local", "local", "--exclude=tests"),
    mypy("db", "db", "--exclude=tests|migrations"),
    mypy("tools", "tools", "--exclude=tests"),
    mypy("grafana", "grafana", "--exclude=tests"),
    mypy("deploy", "deploy", "--exclude=tests|checks"),
    mypy("api", "app", folder="api"),
    mypy("worker", "app", folder="worker"),
    mypy("ui", "app", folder="ui"),
    Check("import rules", ["pytest", "-q", IMPORT_RULES]),
    Check("compose file", ["check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]),
    Check("images: tags, secrets, users", ["pytest", "-q", "-p", "no:cacheprovider", *CONTAINER_RULES]),
]


def main() -> int:
    failed = [check.name for check in CHECKS if not passes(check)]
    if not dockerfiles_pass():
        failed.append("Dockerfiles")
    print(f"\nlint: failed: {', '.join(failed)}" if failed else "\nlint: all is well")
    return 1 if failed else 0


def passes(check: Check) -> bool:
    print(f"--- {check.name}", flush=True)
    command = [sys.executable, "-m", *check.arguments]
    return subprocess.run(command, cwd=ROOT / check.folder, check=False).returncode == 0


def dockerfiles_pass() -> bool:
    """hadolint is a program, not a module; its wheel has none for some machines."""
    print("--- Dockerfiles", flush=True)
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if not hadolint:
        print("Skipped: there is no hadolint for this machine.")
        return True
    return subprocess.run([hadolint, *sorted(ROOT.glob("*/Dockerfile"))], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
