"""The stack as a user meets it: commands in, text and running processes out."""

import re
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import psutil
import pytest
import requests
from conftest import StackUnderTest
from patience import until

from local.ports import is_answering, is_free
from local.runner import Process, Runner, marked


def submit(stack: StackUnderTest) -> subprocess.CompletedProcess[str]:
    """Pastes the line that `up` prints into a shell."""
    line = next(line for line in stack.run("up").stdout.splitlines() if line.startswith("curl "))
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, timeout=60)


def get_recent(stack: StackUnderTest) -> requests.Response:
    url, key = stack.api_url, stack.api_key
    return requests.get(f"{url}/workouts/recent", headers={"Authorization": f"Bearer {key}"}, timeout=60)


def recent(stack: StackUnderTest) -> set[str]:
    answer = get_recent(stack)
    assert answer.ok, answer.text
    return {item["workout_id"] for item in answer.json()["items"]}


def answers_from_the_database(stack: StackUnderTest) -> bool:
    """The API may answer 503 briefly after PostgreSQL was restarted."""
    return get_recent(stack).ok


def is_again_there(runner: Runner, name: str, *, other_than: int) -> bool:
    process = runner.process(name)
    return process.pid not in (0, other_than)


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_printed_curl_line_works_when_pasted(stack: StackUnderTest) -> None:
    pasted = submit(stack)
    assert "202" in pasted.stdout.splitlines()[0], pasted.stdout + pasted.stderr


def test_a_shell_that_reads_the_env_file_can_call_the_api_and_the_client(stack: StackUnderTest) -> None:
    script = f'. "{stack.folder}/env" && command -v fitburn && echo "$FITBURN_API_URL"'
    done = subprocess.run(["sh", "-ec", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"http://127.0.0.1:{stack.ports['API_PORT']}"


def test_the_env_file_is_readable_by_its_owner_alone(stack: StackUnderTest) -> None:
    assert stat.S_IMODE((stack.folder / "env").stat().st_mode) == 0o600


def test_ps_lists_each_process_with_its_pid_and_port(stack: StackUnderTest) -> None:
    rows = {row.split()[0]: row.split() for row in stack.run("ps").stdout.splitlines()[1:]}
    assert {"postgres", "api", "worker-1"} <= set(rows)
    for name, variable in {"postgres": "POSTGRES_PORT", "api": "API_PORT", "worker-1": "WORKER_METRICS_PORT"}.items():
        _, pid, *ports, state = rows[name]
        assert psutil.pid_exists(int(pid))
        assert variable and str(stack.ports[variable]) in ports
        assert state == "running"


@pytest.mark.parametrize("name", ["worker-1", "postgres"])
def test_a_killed_process_comes_back_and_answers(stack: StackUnderTest, name: str) -> None:
    runner = Runner(stack.folder)
    before = runner.process(name).pid
    assert stack.run("kill", name).returncode == 0
    until(lambda: is_again_there(runner, name, other_than=before))
    assert stack.run("start", name).returncode == 0  # returns when it answers
    until(lambda: answers_from_the_database(stack))


def test_a_stopped_process_stays_down_until_it_is_started(stack: StackUnderTest) -> None:
    port = stack.ports["POSTGRES_PORT"]
    assert stack.run("stop", "postgres").returncode == 0
    assert is_free(port)
    assert stack.run("start", "postgres").returncode == 0
    assert is_answering(port)
    until(lambda: answers_from_the_database(stack))


def test_an_unknown_process_name_lists_the_known_ones(stack: StackUnderTest) -> None:
    done = stack.run("stop", "wörker")
    assert done.returncode == 1
    assert "'wörker'" in done.stderr and "worker-1" in done.stderr


def test_up_on_a_running_stack_says_so_and_changes_nothing(stack: StackUnderTest) -> None:
    before = pids(stack)
    assert "runs already" in stack.run("up").stdout
    assert pids(stack) == before


def pids(stack: StackUnderTest) -> dict[str, int]:
    processes: list[Process] = Runner(stack.folder).processes()
    return {process.name: process.pid for process in processes}


def test_a_taken_port_is_named_with_its_holder_and_its_variable(stack: StackUnderTest) -> None:
    elsewhere = str(stack.folder / "elsewhere")
    done = stack.run("up", "--detach", FITBURN_LOCAL_DIR=elsewhere)
    assert done.returncode == 1
    assert f"Port {stack.ports['API_PORT']} (API_PORT) is taken by " in done.stderr
    assert str(Runner(stack.folder).process("api").pid) in done.stderr
    assert "API_PORT=" in done.stderr


def test_a_key_made_for_a_partner_opens_the_api_until_it_is_revoked(stack: StackUnderTest) -> None:
    made = stack.run("manage", "key", "--name", "watch", "--scopes", "workouts:read")
    assert made.returncode == 0, made.stderr
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    url = f"{stack.api_url}/workouts/recent"
    assert requests.get(url, headers=headers, timeout=60).status_code == 200
    key_id = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", made.stderr)
    assert key_id and stack.run("manage", "revoke-key", key_id[0]).returncode == 0
    until(lambda: requests.get(url, headers=headers, timeout=60).status_code == 401)


def test_a_command_without_a_database_says_what_to_do(tmp_path: Path) -> None:
    done = StackUnderTest(tmp_path, DATABASE_URL="").run("manage", "key")
    assert done.returncode == 1
    assert "make up" in done.stderr


def test_a_service_that_cannot_start_shows_the_end_of_its_log_and_leaves_nothing_running(tmp_path: Path) -> None:
    other = StackUnderTest(tmp_path, RABBITMQ_URL="", FITBURN_ENV="production")
    done = other.run("up", "--detach")
    assert done.returncode == 1
    assert "the database's own queue" in done.stdout
    assert "api did not start" in done.stderr and f"The last lines of {tmp_path}" in done.stderr
    assert marked(tmp_path) == []


def test_data_outlive_down_and_neither_down_nor_ctrl_c_leaves_a_process_or_a_port(
    stack: StackUnderTest,
) -> None:
    before, key = recent(stack), stack.api_key
    assert stack.run("down").returncode == 0
    assert nothing_is_left_of(stack)
    assert "Nothing is running" in stack.run("ps").stderr
    with stack.up_in_foreground() as up:
        assert recent(stack) == before
        assert stack.api_key == key
        up.send_signal(signal.SIGINT)
        up.send_signal(signal.SIGINT)  # an impatient user
        assert up.wait(timeout=60) == 0
    assert nothing_is_left_of(stack)


def nothing_is_left_of(stack: StackUnderTest) -> bool:
    return marked(stack.folder) == [] and all(map(is_free, stack.ports.values()))
