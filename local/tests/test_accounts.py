"""The accounts for a look around are shown with the addresses."""

from pathlib import Path

from local import accounts, report


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
