"""The demo's accounts, members and visits."""

from pathlib import Path

from local import accounts
from tools.demo.logins import draw


def test_accounts_are_drawn_with_passwords_that_only_their_owner_can_read(tmp_path: Path) -> None:
    assert accounts.read(tmp_path) == []
    drawn = draw(tmp_path)
    assert accounts.read(tmp_path) == drawn
    assert (tmp_path / accounts.FILE).stat().st_mode & 0o077 == 0
    assert [account.role for account in drawn] == ["member", "operator"]
    assert all(len(account.password) >= 10 for account in drawn) and drawn[0].password != drawn[1].password
