"""The command line refuses a wrong argument with what to write instead."""

import pytest

from fitburn_client.cli import main

ACCESS = ["--url", "http://127.0.0.1:1", "--key", "fbk_x"]
SUBMIT = ["submit", "--minutes", "35"]
NO_NAMES_OF_CODE = ("invalid", "_", "islice", "NaN to integer", "fromisoformat", "None")


@pytest.mark.parametrize(
    ("args", "instead"),
    [
        ([*SUBMIT, "--ts", "yesterday"], "such as 2026-01-31T18:30:00+01:00"),
        ([*SUBMIT, "--ts", "31.12.2026 10:00"], "such as 2026-01-31T18:30:00+01:00"),
        ([*SUBMIT, "--ts", "2026-12-31T10:00:00"], "add Z or +01:00"),
        (["submit", "--minutes", "nan"], "a number above 0"),
        (["submit", "--minutes", "1e300"], "1440 at most"),
        (["submit", "--minutes", "-5"], "a number above 0"),
        (["submit", "--minutes", "0:35"], "such as 35"),
        ([*SUBMIT, "--distance-km", "5,2"], "such as 5.2"),
        ([*SUBMIT, "--avg-hr", "inf"], "a number"),
        ([*SUBMIT, "--weight-kg", "heavy"], "a number"),
        ([*SUBMIT, "--age", "30.5"], "a whole number, such as 30"),
        ([*SUBMIT, "--gender", "x"], "female or male"),
        ([*SUBMIT, "--wait", "nan"], "from 0, such as 30"),
        ([*SUBMIT, "--wait", "-1"], "from 0, such as 30"),
        (["recent", "--limit", "-1"], "from 1, such as 20"),
        (["recent", "--limit", "0"], "from 1, such as 20"),
        (["recent", "--limit", "many"], "from 1, such as 20"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_error_names_what_to_write_instead(capsys: pytest.CaptureFixture[str], args: list[str], instead: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*ACCESS, *args])
    assert ended.value.code == 2
    message = capsys.readouterr().err.splitlines()[-1]
    assert instead in message
    assert not any(name in message for name in NO_NAMES_OF_CODE)
