"""Looks for weaknesses in our code (bandit), secrets in files, and vulnerable pins: `make security`."""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import partial

from local.report import announce
from local.settings import ROOT

PINS = ("tests/requirements.txt", "airflow/tests/requirements.txt")
"""The widest sets; all other pins are subsets of these."""
ADVISORIES_TIMEOUT_SEC = 15
ADVISORIES_PATIENCE_SEC = 120


@dataclass(frozen=True)
class Code:
    """Folders that bandit reads, and the findings that it skips there."""

    name: str
    folders: tuple[str, ...]
    skipped: tuple[str, ...] = ()


CODE = (
    # core/tests/test_sql_rules.py proves instead that their SQL is put together from constants alone.
    Code("services", ("api/app", "worker/app", "core/fitburn", "client/fitburn_client", "ui/app", "db"), ("B608",)),
    # Their SQL is put together from their own constants, and the XML comes from programs that they started.
    Code("tools", ("local", "tools", "trainer", "airflow/dags", "airflow/plugins"), ("B608", "B314", "B411")),
)


def main() -> int:
    checks = [(f"bandit on {code.name}", partial(passes_bandit, code)) for code in CODE]
    checks += [("secrets", partial(_has_no_secret)), *((f"audit of {pins}", partial(_is_clean, pins)) for pins in PINS)]
    failed = [name for name, passes in checks if not _reported(name, passes())]
    print(f"\nsecurity: failed: {', '.join(failed)}" if failed else "\nsecurity: all is well")
    return 1 if failed else 0


def _reported(name: str, passed: bool) -> bool:
    announce(f"--- {name}: {'ok' if passed else 'FAILED'}")
    return passed


def passes_bandit(code: Code) -> bool:
    """Prints findings of medium or high severity; whether there was none."""
    options = ["--quiet", "-ll", "--recursive", *code.folders, "--exclude", "*/tests/*"]
    options += ["--skip", ",".join(code.skipped)] if code.skipped else []
    return _run("bandit", *options).returncode == 0


def _has_no_secret() -> bool:
    return _run("tools.checks.secrets_scan").returncode == 0


def _is_clean(pins: str) -> bool:
    """Whether no pin has a known vulnerability. Skipped with a message if no advisory service answers."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", pins, "--no-deps", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", str(ADVISORIES_TIMEOUT_SEC)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=ADVISORIES_PATIENCE_SEC
        )
    except subprocess.TimeoutExpired:
        return judge(pins, "")
    return judge(pins, done.stdout)


def judge(pins: str, report: str) -> bool:
    """Prints and judges pip-audit's JSON. Without any audited pin, no advisory service could be reached."""
    pinned = json.loads(report or '{"dependencies": []}')["dependencies"]
    audited = [pin for pin in pinned if "skip_reason" not in pin]
    if not audited:
        print(f"SKIPPED: {pins} could not be audited: no advisory service answers from here.")
        return True
    for pin in audited:
        for weakness in pin["vulns"]:
            print(f"{pin['name']} {pin['version']}: {weakness['id']}, fixed in {weakness['fix_versions']}")
    print(f"{pins}: {len(audited)} of {len(pinned)} pins were audited")
    return not any(pin["vulns"] for pin in audited)


def _run(module: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", module, *options], cwd=ROOT, check=False)


if __name__ == "__main__":
    sys.exit(main())
