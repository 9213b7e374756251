"""Checks style, types and import rules, shows every finding and fails if there is one: `make lint`."""

import subprocess
import sys
from dataclasses import dataclass

from local.settings import ROOT

# Held as a test, because the tools for import rules cannot tell two packages called `app` apart.
IMPORT_RULES = "core/tests/test_import_rules.py"


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
    mypy("db", "db", "bench", "--exclude=tests|migrations"),
    mypy("dashboards", "prometheus", "grafana", "--exclude=tests"),
    mypy("api", "app", folder="api"),
    mypy("worker", "app", folder="worker"),
    Check("import rules", ["pytest", "-q", IMPORT_RULES]),
]


def main() -> int:
    failed = [check.name for check in CHECKS if not passes(check)]
    print(f"\nlint: failed: {', '.join(failed)}" if failed else "\nlint: all is well")
    return 1 if failed else 0


def passes(check: Check) -> bool:
    print(f"--- {check.name}", flush=True)
    command = [sys.executable, "-m", *check.arguments]
    return subprocess.run(command, cwd=ROOT / check.folder, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
