"""Random requests of every kind of caller: no 5xx, and no status or body that the OpenAPI document does not promise.

`make fuzz` sends more and other ones, through FITBURN_FUZZ_FACTOR and FITBURN_FUZZ_SEED.
"""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from running import RunningStack

from fitburn_client import FitBurn

HERE = Path(__file__).parent
FACTOR = int(os.environ.get("FITBURN_FUZZ_FACTOR", "1"))
SEED = os.environ.get("FITBURN_FUZZ_SEED", "1")
PASSWORD = "long enough to fuzz with"
# These would end the caller's own session in the middle.
ENDS_THE_SESSION = ("/auth/logout",)


def token_of(stack: RunningStack, role: str) -> str:
    with FitBurn(stack.api_url) as api:
        login = api.accounts.register(f"{uuid.uuid4().hex}@example.com", PASSWORD, "Fuzz")
    stack.sql("update users set role = %(role)s where user_id = %(user)s returning id", role=role, user=login.user_id)
    return login.access_token


# Boundary values take a thousand requests, so the short version sends them as the caller with most rights alone.
IN_DEPTH = ("operator",)


@pytest.mark.fuzz
@pytest.mark.parametrize("caller", ["stranger", "partner", "member", "operator"])
def test_fuzz_no_request_gets_an_answer_that_was_not_promised(stack: RunningStack, caller: str) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"{stack.api_url}/openapi.json", "--checks=all", f"--max-examples={2 * FACTOR}", f"--seed={SEED}"]
    command += ["--continue-on-failure", "--no-color", "--warnings=off"]
    command.append("--suppress-health-check=too_slow")  # depends on the machine
    if FACTOR == 1 and caller not in IN_DEPTH:
        command.append("--phases=examples,fuzzing,stateful")
    if caller != "stranger":
        secret = stack.api_key if caller == "partner" else token_of(stack, caller)
        command += ["--header", f"Authorization: Bearer {secret}"]
    if caller in ("member", "operator"):
        command += [f"--exclude-path={path}" for path in ENDS_THE_SESSION]
    done = subprocess.run(command, cwd=stack.folder, capture_output=True, text=True, check=False)
    print(done.stdout[-1_500:])
    assert done.returncode == 0, done.stdout + done.stderr
