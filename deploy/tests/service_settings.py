"""The settings that each of our services reads, found in its code."""

import importlib.util
from pathlib import Path

from pydantic import BaseModel

from fitburn.settings import Settings, variable

ROOT = Path(__file__).resolve().parents[2]
SHARED = "core/fitburn/settings.py"
READ_BY = {
    "api": (SHARED, "api/app/settings.py"),
    "worker": (SHARED, "worker/app/settings.py"),
    "migrate": ("db/prepare.py",),
}


def groups(service: str) -> list[type[Settings]]:
    """Every group of settings that the service's files define."""
    found: list[type[Settings]] = []
    for number, file in enumerate(READ_BY[service]):
        spec = importlib.util.spec_from_file_location(f"settings_of_{service}_{number}", ROOT / file)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        written = [value for value in vars(module).values() if getattr(value, "__module__", "") == spec.name]
        found += [value for value in written if isinstance(value, type) and issubclass(value, BaseModel)]
    return [group for group in found if group.model_fields]


def variables(group: type[Settings]) -> set[str]:
    fields = group.model_fields.items()
    return {str(field.validation_alias or variable(group.model_config, name)) for name, field in fields}


def settings_of(service: str) -> set[str]:
    return set().union(*(variables(group) for group in groups(service)))
