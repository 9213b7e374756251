import os
import subprocess
import sys
from pathlib import Path

from deploy import local_values
from fitburn import settings

SCRIPT = Path(local_values.__file__)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, SCRIPT, *command], env=variables, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_mark_is_that_of_the_services() -> None:
    assert local_values.LOCAL_MARK == settings.LOCAL_MARK


def test_in_production_every_local_value_is_named_and_none_is_shown() -> None:
    ended = run(
        "echo", "started", FITBURN_ENV="production", ONE="local-only-sesame", ADMIN_PASSWORD="admin", TWO="fine"
    )
    assert ended.returncode == 1
    assert "ONE" in ended.stderr and "ADMIN_PASSWORD" in ended.stderr and "TWO" not in ended.stderr
    assert "sesame" not in ended.stderr and "started" not in ended.stdout


def test_a_secret_file_with_a_local_value_is_refused_too(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("admin\n")
    assert "ADMIN_PASSWORD_FILE" in run(FITBURN_ENV="production", ADMIN_PASSWORD_FILE=str(file)).stderr


def test_with_production_secrets_the_command_runs() -> None:
    assert run("echo", "started", FITBURN_ENV="production", ADMIN_PASSWORD="x7J").stdout == "started\n"


def test_on_a_local_machine_local_values_are_fine() -> None:
    assert run("echo", "started", FITBURN_ENV="local", ADMIN_PASSWORD="admin").stdout == "started\n"
