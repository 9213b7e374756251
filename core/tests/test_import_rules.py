"""Import rules that import-linter cannot express; pyproject.toml and .importlinter have the other contracts."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core" / "fitburn"

PURE_MODULES = {
    "audit",
    "awards",
    "challenges",
    "errors",
    "features",
    "levels",
    "messages",
    "physiology",
    "plausibility",
    "points",
    "predictions",
    "streaks",
    "workouts",
}
# Standard modules that give access to a clock, randomness, the environment, files or the network.
IMPURE_STANDARD_MODULES = {
    "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "select", "shutil",
    "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib",
}  # fmt: skip
ALLOWED_IN_PURE_MODULES = (set(sys.stdlib_module_names) - IMPURE_STANDARD_MODULES) | {"pydantic"}

# What is no package, import-linter does not see.
FORBIDDEN = {"tests": {"api", "app", "fitburn", "trainer", "worker"}}


def imports_of(file: Path) -> Iterator[str]:
    """Full name of every module that this file imports, at any level of nesting."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            # `from fitburn import points` names a module too
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str:
    return module.partition(".")[0]


def forbidden_imports(folder: Path, forbidden: set[str]) -> list[str]:
    return [
        f"{file.relative_to(folder)} imports {module}"
        for file in sorted(folder.rglob("*.py"))
        for module in imports_of(file)
        if room(module) in forbidden
    ]


def is_pure(module: str) -> bool:
    if room(module) == "fitburn":
        return module.split(".")[1] in PURE_MODULES
    return room(module) in ALLOWED_IN_PURE_MODULES


@pytest.mark.parametrize("name", sorted(PURE_MODULES))
def test_a_pure_module_imports_only_pydantic_and_pure_standard_modules(name: str) -> None:
    assert [module for module in imports_of(CORE / f"{name}.py") if not is_pure(module)] == []


@pytest.mark.parametrize("name", sorted(PURE_MODULES))
def test_a_pure_module_never_asks_for_the_time(name: str) -> None:
    calls = [node for node in ast.walk(ast.parse((CORE / f"{name}.py").read_text())) if isinstance(node, ast.Call)]
    clock_calls = [call.lineno for call in calls if getattr(call.func, "attr", None) in {"now", "today", "utcnow"}]
    assert clock_calls == []


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_room_never_imports_what_belongs_to_another(folder: str) -> None:
    assert forbidden_imports(ROOT / folder, FORBIDDEN[folder]) == []


def test_a_forbidden_import_is_seen_in_each_of_its_forms(tmp_path: Path) -> None:
    (tmp_path / "guilty.py").write_text(
        "import app.main\nfrom app import main\ndef late():\n    from app.main import create_app\n", encoding="utf-8"
    )
    assert len(forbidden_imports(tmp_path, {"app"})) == 3
    assert is_pure("fitburn.points") and not is_pure("fitburn.tables") and not is_pure("os.environ")
