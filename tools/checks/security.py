"""Looks for weaknesses: in our code (bandit), secrets in files, pins known to be vulnerable. `make security`"""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import partial

from local.settings import ROOT

PINS = ("tests/requirements.txt", "airflow/tests/requirements.txt")
"""The widest sets; all other pins are parts of these."""
ADVISORIES_TIMEOUT_SEC = 15
ADVISORIES_PATIENCE_SEC = 120


@dataclass(frozen=True)
class Code:
    """Folders that bandit reads, and what it need not tell about them."""

    name: str
    folders: tuple[str, ...]
    not_asked: tuple[str, ...] = ()


CODE = (
    # That their SQL holds nothing but constants is a test: core/tests/test_sql_rules.py knows which names are some.
    Code("services", ("api/app", "worker/app", "core/fitburn", "client/fitburn_client", "ui/app", "db"), ("B608",)),
    # They put SQL together from their own constants, and read XML of programs that they started themselves.
    Code("tools", ("local", "tools", "trainer", "airflow/dags", "airflow/plugins"), ("B608", "B314", "B411")),
)


def main() -> int:
    checks = [(f"bandit on {code.name}", partial(passes_bandit, code)) for code in CODE]
    checks += [("secrets", partial(_has_no_secret)), *((f"audit of {pins}", partial(_is_clean, pins)) for pins in PINS)]
    failed = [name for name, passes in checks if not told(name, passes())]
    print(f"\nsecurity: failed: {', '.join(failed)}" if failed else "\nsecurity: all is well")
    return 1 if failed else 0


def told(name: str, good: bool) -> bool:
    print(f"--- {name}: {'ok' if good else 'FAILED'}", flush=True)
    return good


def passes_bandit(code: Code) -> bool:
    """Whether nothing of medium or high severity is found; what is, is printed."""
    options = ["--quiet", "-ll", "--recursive", *code.folders, "--exclude", "*/tests/*"]
    options += ["--skip", ",".join(code.not_asked)] if code.not_asked else []
    return _run("bandit", *options).returncode == 0


def _has_no_secret() -> bool:
    return _run("tools.checks.secrets_scan").returncode == 0


def _is_clean(pins: str) -> bool:
    """Whether no pin has a known vulnerability, as far as an advisory service answers; says so where none does."""
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
    """What pip-audit's JSON says; empty or without a single audited pin: nobody could be asked."""
    found = json.loads(report or '{"dependencies": []}')["dependencies"]
    audited = [one for one in found if "skip_reason" not in one]
    if not audited:
        print(f"SKIPPED: {pins} could not be audited: no advisory service answers from here.")
        return True
    for one in audited:
        for weakness in one["vulns"]:
            print(f"{one['name']} {one['version']}: {weakness['id']}, fixed in {weakness['fix_versions']}")
    print(f"{pins}: {len(audited)} of {len(found)} pins were audited")
    return not any(one["vulns"] for one in audited)


def _run(module: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", module, *options], cwd=ROOT, check=False)


if __name__ == "__main__":
    sys.exit(main())
