"""Versions that were measured, and the machine."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from local.settings import ROOT
from tools.bench.stack import Stack

LIBRARIES = ("fastapi", "uvicorn", "pydantic", "sqlalchemy", "pika", "celery", "scikit-learn")


def describe(stack: Stack) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": stack.sql("show server_version")[0][0].split()[0],
        "rabbitmq": stack.rabbitmq_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "load_before": os.getloadavg()[0],
    }


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
