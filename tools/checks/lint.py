"""Checks style, types and import rules. Runs every check and fails if one does: `make lint`."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local.settings import ROOT

IMPORT_RULES = "core/tests/test_import_rules.py"  # those that import-linter cannot express
CONTAINER_RULES = ("deploy/tests/test_images.py", "deploy/tests/test_compose.py")


@dataclass(frozen=True)
class Check:
    """A command of this virtual environment, run from a folder of the repository."""

    name: str
    command: list[str]
    folder: str = "."


def _module(name: str, *command: str, folder: str = ".") -> Check:
    return Check(name, [sys.executable, "-m", *command], folder)


def _imports(name: str, folder: str = ".") -> Check:
    """The contracts of a folder. import-linter is a program, not a module."""
    lint_imports = str(Path(sys.executable).parent / "lint-imports")
    return Check(f"imports of {name}", [lint_imports, "--no-logo", "--no-cache"], folder)


def _mypy(name: str, *targets: str, folder: str = ".") -> Check:
    """A separate process and cache for each: the packages of API, worker and pages are all called `app`."""
    options = [f"--config-file={ROOT / 'pyproject.toml'}", f"--cache-dir={ROOT / '.mypy_cache' / name}"]
    return _module(f"types of {name}", "mypy", *options, *targets, folder=folder)


CHECKS = [
    _module("style", "ruff", "check", "."),
    _module("format", "ruff", "format", "--check", "."),
    _mypy("core", "core/fitburn"),
    _mypy("client", "client/fitburn_client"),
    _mypy("trainer", "trainer", "--exclude=tests"),
    _mypy("local", "local", "--exclude=tests"),
    _mypy("db", "db", "--exclude=tests|migrations"),
    _mypy("tools", "tools", "--exclude=tests"),
    _mypy("grafana", "grafana", "--exclude=tests"),
    _mypy("deploy", "deploy", "--exclude=tests|checks"),
    _mypy("api", "app", folder="api"),
    _mypy("worker", "app", folder="worker"),
    _mypy("ui", "app", folder="ui"),
    _imports("tools, local, db, core, client, trainer"),
    _imports("api", folder="api"),
    _imports("worker", folder="worker"),
    _imports("ui", folder="ui"),
    _module("import rules", "pytest", "-q", IMPORT_RULES),
    _module("compose file", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
    _module("images: tags, secrets, users", "pytest", "-q", "-p", "no:cacheprovider", *CONTAINER_RULES),
]


def main() -> int:
    failed = [check.name for check in CHECKS if not _passes(check)]
    if not _dockerfiles_pass():
        failed.append("Dockerfiles")
    print(f"\nlint: failed: {', '.join(failed)}" if failed else "\nlint: all is well")
    return 1 if failed else 0


def _passes(check: Check) -> bool:
    print(f"--- {check.name}", flush=True)
    return subprocess.run(check.command, cwd=ROOT / check.folder, check=False).returncode == 0


def _dockerfiles_pass() -> bool:
    """hadolint is a program, not a module; its wheel has none for some machines."""
    print("--- Dockerfiles", flush=True)
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if not hadolint:
        print("Skipped: there is no hadolint for this machine.")
        return True
    return subprocess.run([hadolint, *sorted(ROOT.glob("*/Dockerfile"))], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
