"""Creates the virtual environments of the repository and keeps them in sync with the pinned requirements.

Runs on the system's Python before anything is installed: standard library only.

    python3 local/bootstrap.py runtime|trainer|tests|bench|airflow|airflow-tests
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
AIRFLOW_VENV = ROOT / ".venv-airflow"
BENCH_VENV = ROOT / ".venv-bench"
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
OWN_PACKAGES = ("core", "client")

# The pinned files of each group. All files that share an environment hold the same versions (tools/pins.py).
REQUIREMENTS = {
    "runtime": ["local/requirements.txt"],
    "trainer": ["local/requirements.txt", "trainer/requirements.txt"],
    "tests": ["tests/requirements.txt"],
    "bench": ["tools/bench/requirements.txt"],
    "airflow": ["airflow/requirements.txt"],
    "airflow-tests": ["airflow/tests/requirements.txt"],
}


def main(group: str) -> None:
    _use_new_enough_python()
    with (ROOT / f"{venv_of(group).name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed(group):
            install(group)


def _use_new_enough_python() -> None:
    """Restarts with a newer Python of this machine if this one is too old; exits if none is installed."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found and _works(found):
            os.execv(found, [found, *sys.argv])
    here = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"Python 3.11 or newer is needed, and {sys.executable} is {here}.\nInstall one and name it: make up PYTHON=…"
    )


def is_installed(group: str) -> bool:
    stamp = _stamp_of(group)
    return python_of(group).exists() and stamp.exists() and stamp.read_text() == _fingerprint(group)


def venv_of(group: str) -> Path:
    """Airflow has conflicting versions, and services must not find what the bench compares them with: both get a
    separate environment without our packages."""
    if group == "bench":
        return BENCH_VENV
    return AIRFLOW_VENV if group.startswith("airflow") else VENV


def python_of(group: str) -> Path:
    return venv_of(group) / "bin" / "python"


def _own_packages_of(group: str) -> tuple[str, ...]:
    return OWN_PACKAGES if venv_of(group) == VENV else ()


def _stamp_of(group: str) -> Path:
    return venv_of(group) / f".installed-{group}"


def _fingerprint(group: str) -> str:
    files = [*REQUIREMENTS[group], *(f"{package}/pyproject.toml" for package in _own_packages_of(group))]
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in files)).hexdigest()


def install(group: str) -> None:
    started = time.monotonic()
    name = venv_of(group).name
    print(f"Installing what {group} needs into {name} (the first time takes a minute or so) …", flush=True)
    if not python_of(group).exists():
        _make_environment(venv_of(group))
    requirements = [argument for name in REQUIREMENTS[group] for argument in ("-r", str(ROOT / name))]
    own = [argument for package in _own_packages_of(group) for argument in ("-e", str(ROOT / package))]
    _install_with_uv(group, requirements)
    if own:
        _install_with_uv(group, ["--no-deps", *own])
    _stamp_of(group).write_text(_fingerprint(group))
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def _make_environment(venv: Path) -> None:
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return
    shutil.rmtree(venv, ignore_errors=True)
    uv = shutil.which("uv")
    if not uv or not _works(uv):
        sys.exit(
            f"{made.stdout}{made.stderr}\nPython's venv module does not work here. On Debian or Ubuntu: "
            "apt install python3-venv. Anywhere: install uv, then run this again."
        )
    run([uv, "venv", "--quiet", "--python", sys.executable, str(venv)])


def _install_with_uv(group: str, arguments: list[str]) -> None:
    run([uv_command(), "pip", "install", "--quiet", "--python", str(python_of(group)), *arguments])


def uv_command() -> str:
    """The system's uv, else one installed into the virtual environment."""
    own, installed = VENV / "bin" / "uv", shutil.which("uv")
    if installed and _works(installed):
        return installed
    if own.exists():
        return str(own)
    run([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"])
    return str(own)


def _works(program: str) -> bool:
    """Whether a program on the PATH runs: version managers leave shims for versions that are not selected."""
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def run(command: list[str]) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit(f"This command failed, see above: {' '.join(command)}\nMend it, then run make again.")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in REQUIREMENTS:
        sys.exit(__doc__)
    main(sys.argv[1])
