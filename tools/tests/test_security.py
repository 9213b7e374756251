"""The checks of `make security` find what is planted."""

import secrets
from pathlib import Path

import pytest

from local.settings import ROOT
from tools.checks.secrets_scan import scan
from tools.checks.security import Code, judge, passes_bandit

# Put together here, so that this file holds none.
PLANTED = {
    "a partner's key": "key = '" + "fbk_" + secrets.token_urlsafe(32) + "'",
    "AWS Access Key": "aws_id = '" + "AKIA" + "Q3EGRIB7YK5XZ2LM" + "'",
    "Private Key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "GitHub Token": "token = '" + "ghp_" + "wWPw5k4aXcaT4fNP0" + "UcnZwJUVFk6LO0pINUx" + "'",
    "Basic Auth Credentials": "url = 'postgresql://club:" + "hunter2hunter" + "@db.example.com/x'",
    "Secret Keyword": "password = '" + "correct-horse-9" + "'",
    "Hex High Entropy String": "salt = '"
    + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
    + "'",  # pragma: allowlist secret
}


@pytest.fixture(autouse=True)
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    """The baseline names its plugin relative to the repository."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found_and_not_shown(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "tests" / "settings.py"
    file.parent.mkdir()
    file.write_text(f"# a comment\n{PLANTED[kind]}\n")
    found = scan([str(file)])
    assert f"{file}:2: {kind}" in found
    assert "fbk_" not in "".join(found)


def test_values_of_a_local_machine_are_no_secrets(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("POSTGRES_PASSWORD=local-only-postgres\n")
    assert scan([str(file)]) == []


def test_a_known_finding_is_known_in_its_file_alone(tmp_path: Path) -> None:
    known = "core/tests/test_settings.py"
    assert scan([known]) == []
    copy = tmp_path / "settings.py"
    copy.write_text((ROOT / known).read_text(encoding="utf-8"))
    assert [line.rsplit(": ", 1)[1] for line in scan([str(copy)])] == ["Basic Auth Credentials"]


def test_a_planted_weakness_is_found(tmp_path: Path) -> None:
    (tmp_path / "weak.py").write_text("import pickle\n\n\ndef read(x):\n    return pickle.loads(x) or eval(x)\n")
    assert not passes_bandit(Code("planted", (str(tmp_path),)))


def test_a_vulnerable_pin_fails_and_an_unaudited_one_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    weak = '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}'
    unknown = '{"dependencies": [{"name": "a", "skip_reason": "not found"}]}'
    good = '{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}'
    assert [judge("x.txt", report) for report in (weak, good, unknown, "")] == [False, True, True, True]
    printed = capsys.readouterr().out
    assert "a 1: CVE-1" in printed
    assert printed.count("SKIPPED") == 2
