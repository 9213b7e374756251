"""No package has a cycle of imports, read from the code, so that the three packages called `app` are no trouble."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Folder from which a package is imported, and the package.
PACKAGES = (
    ("api", "app"), ("worker", "app"), ("ui", "app"), ("core", "fitburn"), ("client", "fitburn_client"),
    (".", "db"), (".", "deploy"), (".", "grafana"), (".", "local"), (".", "tools"), (".", "trainer"),
)  # fmt: skip


def modules_of(folder: Path, package: str) -> dict[str, Path]:
    """Every module of the package by its full name, tests left out."""
    files = [file for file in (folder / package).rglob("*.py") if "tests" not in file.relative_to(folder).parts]
    return {".".join(file.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imports_of(file: Path) -> Iterator[str]:
    """Names that the module imports, wherever in its code; `from a import b` may name a module a.b."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module


def graph_of(modules: Mapping[str, Path]) -> dict[str, set[str]]:
    """Module to the modules that it imports. A package's `__init__` is imported by all its modules and left out."""
    return {
        name: {imported for imported in imports_of(file) if imported in modules and imported != name}
        for name, file in modules.items()
        if file.name != "__init__.py"
    }


@pytest.mark.parametrize(("folder", "package"), PACKAGES, ids=lambda part: part)
def test_a_package_has_no_import_cycle(folder: str, package: str) -> None:
    graph = graph_of(modules_of(ROOT / folder, package))
    assert graph
    TopologicalSorter(graph).prepare()


def test_a_cycle_is_found(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "first.py").write_text("from app import second\n", encoding="utf-8")
    (tmp_path / "app" / "second.py").write_text("def late():\n    from app.first import x\n", encoding="utf-8")
    with pytest.raises(CycleError):
        TopologicalSorter(graph_of(modules_of(tmp_path, "app"))).prepare()
