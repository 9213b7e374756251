"""Prometheus's own programs on this machine: Debian's package `prometheus` has `prometheus` and `promtool`."""

import os
import shutil
import subprocess

HINT = "Prometheus is not installed. On Debian or Ubuntu: RUNLEVEL=1 apt install prometheus"


def find(name: str) -> str | None:
    """Path of `prometheus` or `promtool`, installed from Debian's packages where we may; None where there is none."""
    found = shutil.which(name)
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
        found = shutil.which(name)
    return found


def install() -> None:
    """With RUNLEVEL=1 no system service is started."""
    print("Installing prometheus with apt (no service is started) …", flush=True)
    environment = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", "prometheus"],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"{' '.join(command)} failed:\n{done.stderr.strip()}", flush=True)
            return
