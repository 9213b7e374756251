"""`fitburn import` as its user runs it, against a server."""

import csv
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chance import examples
from fake_api import KEY, FakeApi, Fault, serve
from hypothesis import example, given, settings
from hypothesis import strategies as st
from patience import until

from fitburn_client.cli import main
from fitburn_client.csv_import.table import open_table

Run = Callable[..., tuple[int, str, str]]

WEEK = "Member;Sex;Age;Height (cm);Weight (kg);Start;Minutes;HR;kcal;Room\n" + "".join(
    f"u{n % 7};{'mf'[n % 2]};{30 + n % 7};175;72,5;2026-01-{1 + n // 7:02d}T{10 + n % 7}:00:00Z;"
    f"{20 + n};140;{200 + 8 * n};{'blue' if n % 2 else 'red'}\n"
    for n in range(70)
)

EXAMPLES = examples(150)


@pytest.fixture
def run(api: FakeApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("FITBURN_API_URL", api.url)
    monkeypatch.setenv("FITBURN_API_KEY", KEY)

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return call


@pytest.fixture
def week(tmp_path: Path) -> Path:
    path = tmp_path / "week.csv"
    path.write_text(WEEK)
    return path


def read(path: Path, delimiter: str = ";") -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_every_row_comes_back_with_its_score(run: Run, week: Path, tmp_path: Path) -> None:
    code, out, _ = run("import", week, "--out", tmp_path / "scored.csv")
    scored = read(tmp_path / "scored.csv")
    assert code == 0
    assert [row["Minutes"] for row in scored] == [str(20 + n) for n in range(70)]
    assert [float(row["calories_pred"]) for row in scored] == [10.0 * (20 + n) for n in range(70)]
    assert {row["status"] for row in scored} == {"done"}
    assert re.search(r"accepted +70 +\(already there: 0\)", out)
    assert re.search(rf"points +{sum(20 + n for n in range(70)):,}", out)


def test_second_run_doubles_nothing_and_reports_replays(run: Run, week: Path, api: FakeApi, tmp_path: Path) -> None:
    run("import", week, "--out", tmp_path / "first.csv")
    code, out, _ = run("import", week, "--out", tmp_path / "second.csv")
    assert code == 0
    assert len(api.workouts) == 70
    assert re.search(r"accepted +70 +\(already there: 70\)", out)
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()


def test_scored_file_can_be_imported_again(run: Run, week: Path, api: FakeApi, tmp_path: Path) -> None:
    run("import", week, "--out", tmp_path / "first.csv")
    run("import", tmp_path / "first.csv", "--out", tmp_path / "second.csv")
    assert len(api.workouts) == 70
    assert read(tmp_path / "first.csv") == read(tmp_path / "second.csv")


def test_accuracy_is_reported_overall_and_by_group(run: Run, week: Path) -> None:
    _, out, _ = run("import", week, "--group-by", "room")
    expected = 100 * sum(abs(10 * (20 + n) - (200 + 8 * n)) / (200 + 8 * n) for n in range(70)) / 70
    assert re.search(rf"all +n +70 +MAPE +{expected:.1f} %", out)
    assert re.search(r"· blue +n +35 ", out)
    assert re.search(r"· red +n +35 ", out)


def test_bad_rows_are_reported_with_line_and_reason_and_can_be_corrected(
    run: Run, api: FakeApi, tmp_path: Path
) -> None:
    path, rejects = tmp_path / "bad.csv", tmp_path / "rejects.csv"
    path.write_text(
        "user_id,minutes,ts\nu1,30,2026-01-01T10:00:00Z\nu1,x,2026-01-02T10:00:00Z\nu1,900,2026-01-03T10:00Z\n"
    )
    code, out, _ = run("import", path, "--rejects", rejects)
    assert code == 1
    assert "line 3: duration_min: 'x' is not a number" in out
    assert "line 4: duration_min: should be 1 to 600" in out
    assert [(row["line"], row["minutes"]) for row in read(rejects, ",")] == [("3", "x"), ("4", "900")]
    rejects.write_text(rejects.read_text().replace(",x,", ",40,").replace(",900,", ",90,"))
    assert run("import", rejects)[0] == 0
    assert len(api.workouts) == 3


def test_row_imported_before_with_another_start_is_rejected_with_advice(run: Run, api: FakeApi, tmp_path: Path) -> None:
    path = tmp_path / "no_times.csv"
    path.write_text("user_id,minutes\nu1,30\n")
    run("import", path)
    later = path.stat().st_mtime + 3 * 86_400
    os.utime(path, (later, later))
    code, out, _ = run("import", path)
    assert (code, len(api.workouts)) == (1, 1)
    assert "imported before, with another start" in out


def test_lost_responses_and_overload_double_nothing(run: Run, week: Path, api: FakeApi) -> None:
    api.faults.extend([Fault(), Fault(cut=True), Fault(503, {"Retry-After": "0"})])
    code, _, err = run("import", week)
    assert (code, len(api.workouts)) == (0, 70)
    assert "retrying" in err


def test_rows_that_are_not_scored_in_time_stay_pending(run: Run, week: Path, api: FakeApi, tmp_path: Path) -> None:
    api.looks_until_done = 10**9
    code, out, _ = run("import", week, "--wait", "0.1", "--out", tmp_path / "scored.csv")
    assert code == 0
    assert "pending: 70" in out
    assert {row["status"] for row in read(tmp_path / "scored.csv")} == {"pending"}


def test_wrong_key_stops_immediately_and_leaves_no_partial_file(run: Run, week: Path, tmp_path: Path) -> None:
    code, _, err = run("--key", "fbk_wrong", "import", week, "--out", tmp_path / "scored.csv")
    assert code == 2
    assert "401" in err
    assert "Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["week.csv"]


@pytest.mark.parametrize("missing", ["FITBURN_API_URL", "FITBURN_API_KEY"])
def test_missing_setting_is_named(run: Run, week: Path, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(missing)
    code, _, err = run("import", week)
    assert code == 2
    assert missing in err


def test_missing_file_and_same_file_are_errors(run: Run, week: Path, tmp_path: Path) -> None:
    assert run("import", tmp_path / "none.csv")[0] == 2
    code, _, err = run("import", week, "--out", week)
    assert code == 2
    assert "different files" in err


def test_interrupted_import_resumes(api: FakeApi, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("user_id,minutes\n" + "".join(f"u{n},30\n" for n in range(3000)))
    api.faults.extend([Fault(), Fault(), Fault(503, {"Retry-After": "60"})])
    command = [sys.executable, "-m", "fitburn_client", "--url", api.url, "--key", KEY, "import", str(path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    until(lambda: len(api.requests) >= 3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "nothing is doubled" in err
    assert "Traceback" not in err
    assert len(api.workouts) == 1000
    again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert again.returncode == 0
    assert len(api.workouts) == 3000
    assert "already there: 1,000" in again.stdout


@pytest.fixture(scope="module")
def lasting() -> Iterator[FakeApi]:
    state, server = serve()
    yield state
    server.shutdown()
    server.server_close()


cell = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["u1", "30", "900", "-1", "1e308", '"', '"a"b', "2026-01-01", "0001-01-01T00:00+14:00", "9999-12-31", "NA"]
    ),
)
csv_text = st.one_of(
    st.text(max_size=200),
    st.lists(st.lists(cell, min_size=2, max_size=4).map(",".join), max_size=8).map(
        lambda lines: "\n".join(["user_id,minutes,ts", *lines])
    ),
    st.lists(st.lists(cell, min_size=2, max_size=2).map(";".join), max_size=8).map(
        lambda lines: "\r\n".join(["user_id;minutes", *lines])
    ),
)


@settings(max_examples=EXAMPLES)
@given(text=csv_text, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]))
@example(text=",".join(["user_id", "minutes", *(f"c{n}" for n in range(500))]) + "\n" + "," * 501, encoding="utf-8")
@example(text="user_id,minutes\nu1,30\x00\n\x00", encoding="utf-8")
@example(text="user_id,minutes,ts\nu1,30,9999-12-31\nu1,30,9999-12-31T23:59:59-12:00\n", encoding="utf-8")
@example(text="user_id,minutes\nu1,30," + "x" * 200_000 + "\nu2,30\n", encoding="utf-8")
def test_any_text_is_imported_or_refused_row_by_row_and_never_crashes(
    lasting: FakeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, encoding: str
) -> None:
    path, scored, rejects = (tmp_path / name for name in ("any.csv", "scored.csv", "rejects.csv"))
    path.write_bytes(text.encode(encoding, errors="replace"))
    known = set(lasting.workouts)
    files = ["--out", str(scored), "--rejects", str(rejects)]
    code = main(["--url", lasting.url, "--key", KEY, "import", str(path), *files])
    output = capsys.readouterr()
    if code == 2:
        assert output.err.startswith("fitburn: ")
        return
    rows, accepted, rejected = (
        int(re.search(pattern, output.out)[1].replace(",", ""))  # type: ignore[index]
        for pattern in (r"csv: ([\d,]+) rows in", r"accepted +([\d,]+)", r"rejected +([\d,]+)")
    )
    assert accepted + rejected == rows
    assert code == (1 if rejected else 0)
    assert len(set(lasting.workouts) - known) <= accepted
    delimiter = open_table(path).delimiter
    assert len(read(scored, delimiter)) == rows
    assert len(read(rejects, delimiter)) == rejected


@settings(max_examples=EXAMPLES)
@given(content=st.binary(max_size=400) | st.binary(max_size=200).map(lambda some: b"user_id,minutes\n" + some))
def test_any_bytes_are_a_table_or_an_error_message(
    lasting: FakeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    code = main(["--url", lasting.url, "--key", KEY, "import", str(path)])
    output = capsys.readouterr()
    assert code in (0, 1, 2)
    assert (code == 2) == output.err.startswith("fitburn: ")
    assert code == 2 or re.search(r"csv: [\d,]+ rows in", output.out)


cells = st.sampled_from(
    ["30", "1e308", "-1", "nan", "１２", "12:30", "1h", "72,5", "1.234,5", "", " ", "u1", "Male", "ts"]
)
dates = st.sampled_from(["2026-01-01", "01/02/2026", "2026-01-01T10:00", "0001-01-01T00:00:00+14:00", "24:00", "now"])


@settings(max_examples=EXAMPLES)
@given(
    rows=st.lists(st.tuples(cells | st.text(max_size=8), cells, cells, dates | cells, cells), min_size=1, max_size=8)
)
def test_rows_of_odd_values_each_end_as_accepted_or_with_a_reason(
    lasting: FakeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[tuple[str, ...]]
) -> None:
    path, rejects = tmp_path / "odd.csv", tmp_path / "rejects.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([("user_id", "minutes", "avg_hr", "ts", "weight_kg"), *rows])
    code = main(["--url", lasting.url, "--key", KEY, "import", str(path), "--rejects", str(rejects)])
    output = capsys.readouterr()
    if code == 2:  # cells that may mean two things
        assert output.err.startswith("fitburn: ")
        return
    accepted, rejected = (
        int(re.search(rf"{what} +([\d,]+)", output.out)[1])  # type: ignore[index]
        for what in ("accepted", "rejected")
    )
    assert accepted + rejected == sum(any(cell.strip() for cell in row) for row in rows)
    assert code == (1 if rejected else 0)
    assert all(row["reason"] for row in read(rejects, ","))
