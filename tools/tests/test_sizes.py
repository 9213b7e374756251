"""Files and functions stay small enough to be read in one go."""

import ast
import subprocess
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = (".py", ".sql", ".js", ".lua", ".css")
FILE_LINES = 300
MEDIAN_LINES, P90_LINES = 8, 25


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.splitlines() if name.endswith(suffixes)]
    return [file for file in files if file.is_file()]


def function_lengths(file: Path) -> list[int]:
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return [(node.end_lineno or 0) - node.lineno + 1 for node in nodes if isinstance(node, functions)]


def is_product(file: Path) -> bool:
    return "tests" not in file.relative_to(ROOT).parts


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in tracked(*CODE)}
    assert {str(file.relative_to(ROOT)): lines for file, lines in lengths.items() if lines > FILE_LINES} == {}


def test_half_of_all_functions_have_at_most_8_lines_and_nine_in_ten_at_most_25() -> None:
    lengths = [length for file in tracked(".py") if is_product(file) for length in function_lengths(file)]
    assert len(lengths) > 1000
    assert median(lengths) <= MEDIAN_LINES
    assert quantiles(lengths, n=10)[-1] <= P90_LINES


def test_the_root_has_at_most_28_entries() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    assert len({file.relative_to(ROOT).parts[0] for file in tracked("")}) <= 28
