"""Closed-loop load with wrk: each connection sends its next request when the last one is answered."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.bench import members

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Answers:
    """Counts and latencies, in ms, from the first byte of the request to the last of the answer."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p95: float
    p99: float

    @property
    def per_second(self) -> float:
        return (self.requests - self.refused) / self.seconds


def find_wrk() -> str:
    wrk = shutil.which("wrk")
    if not wrk:
        sys.exit("The load comes from wrk, which is not installed. On Debian or Ubuntu: apt install wrk")
    return wrk


def post(url: str, key: str, file: Path, offset: int, *, connections: int, seconds: int, items: int = 0) -> Answers:
    """Workouts from the `offset`-th on, one per request, or `items` of them in bulk."""
    variables = {"BODIES": str(file), "OFFSET": str(offset), "ITEMS": str(items), "KEY": key}
    variables |= {"DAYS": str(members.DAYS), "STARTS_A_DAY": str(members.STARTS_A_DAY)}
    return _run("post.lua", url, connections, seconds, variables | {"HOURS_APART": str(members.HOURS_APART)})


def get(url: str, key: str, file: Path, *, connections: int, seconds: int) -> Answers:
    """GETs the paths of the file in a loop."""
    return _run("get.lua", url, connections, seconds, {"PATHS": str(file), "KEY": key})


def _run(script: str, url: str, connections: int, seconds: int, variables: dict[str, str]) -> Answers:
    # wrk takes one script, so both are joined.
    loader = f"dofile('{HERE / script}') dofile('{HERE / 'counted.lua'}')"
    both = Path(variables.get("BODIES") or variables["PATHS"]).with_suffix(".lua")
    both.write_text(loader)
    command = [find_wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout=30s", "-s", str(both), url]
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"wrk failed: {done.stderr or done.stdout}")
    return Answers(**json.loads(done.stdout.splitlines()[-1]))
