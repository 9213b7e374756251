"""The demo's accounts, members and visits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from local import accounts
from tools.demo.logins import draw
from tools.demo.members import club
from tools.demo.visits import visits

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


def test_accounts_are_drawn_with_passwords_that_only_their_owner_can_read(tmp_path: Path) -> None:
    assert accounts.read(tmp_path) == []
    drawn = draw(tmp_path)
    assert accounts.read(tmp_path) == drawn
    assert (tmp_path / accounts.FILE).stat().st_mode & 0o077 == 0
    assert [account.role for account in drawn] == ["member", "operator"]
    assert all(len(account.password) >= 10 for account in drawn) and drawn[0].password != drawn[1].password


def test_a_later_run_draws_the_same_visits_and_adds_those_of_the_days_since() -> None:
    first, second = (
        {key: workout for _, workout, key in visits(club(), now)} for now in (NOW, NOW + timedelta(days=1))
    )
    both = first.keys() & second.keys()
    assert len(both) > 50 and second.keys() - both
    assert all(first[key] == second[key] for key in both)
