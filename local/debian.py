"""Debian's packages of servers that have no wheel, installed on demand."""

import os
import shutil
import subprocess

from local.report import announce


def install(package: str) -> None:
    """Installs a package where we may: as root, with apt. A failure is reported; RUNLEVEL=1 starts no service."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    announce(f"Installing {package} with apt (no service is started) …")
    environment = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", package],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            announce(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
            return
