"""The accounts for a look around: kept for the owner alone, and shown with the addresses."""

from pathlib import Path

from local import accounts, report


def test_accounts_are_made_up_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    assert accounts.read(tmp_path) == []
    made = accounts._make_up(tmp_path)
    assert accounts.read(tmp_path) == made
    assert (tmp_path / accounts.FILE).stat().st_mode & 0o077 == 0
    assert [one.role for one in made] == ["member", "operator"]
    assert all(len(one.password) >= 10 for one in made) and made[0].password != made[1].password


def test_the_addresses_name_the_accounts_or_say_how_to_get_them(tmp_path: Path) -> None:
    variables = {
        "FITBURN_API_URL": "http://127.0.0.1:8000",
        "FITBURN_UI_URL": "http://127.0.0.1:8501",
        "FITBURN_API_KEY": "fbk_x",
        "DATABASE_URL": "postgresql://a:b@127.0.0.1/c",
        "RABBITMQ_URL": "",
    }
    assert "make demo" in report.addresses(variables, tmp_path, [])
    shown = report.addresses(variables, tmp_path, [accounts.Account("member", "m@example.com", "secret-words")])
    assert "m@example.com  secret-words   (member)" in shown and "make demo" not in shown
