"""The command line in front of a fake club, for the tests of `fitburn import`."""

from pathlib import Path
from typing import Any

import pytest
from fake_api import KEY, FakeApi

from fitburn_client.cli import main

FILES = Path(__file__).parent / "files"
EVENING = "2026-11-26T18:30:00"


class Desk:
    """The command line of a club in Moscow."""

    def __init__(self, api: FakeApi, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.api, self.folder = api, folder
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, file: str | Path, *options: object, token: str = KEY) -> int:
        path = file if isinstance(file, Path) else FILES / file
        code = main(["--url", self.api.url, "--key", token, "import", str(path), *map(str, options)])
        self.out, self.err = self._capsys.readouterr()
        return code

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    @property
    def workouts(self) -> list[dict[str, Any]]:
        return [entry["workout"] for entry in self.api.workouts.values()]
