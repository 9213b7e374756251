"""Contents of an image, read from its Dockerfile and requirements; deploy/checks builds them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Packages of other services that an image must not contain.
FOREIGN = {
    "api": {"alembic", "joblib", "numpy", "pandas", "scikit-learn", "streamlit", "tqdm"},
    "worker": {"alembic", "argon2-cffi", "fastapi", "pandas", "pyjwt", "starlette", "streamlit", "tqdm", "uvicorn"},
    "ui": {"alembic", "fastapi", "joblib", "pika", "psycopg2-binary", "scikit-learn", "sqlalchemy"},
    "trainer": {"alembic", "fastapi", "pandas", "pika", "psycopg2-binary", "sqlalchemy", "streamlit", "uvicorn"},
    "db": {"fastapi", "joblib", "numpy", "pandas", "pika", "scikit-learn", "streamlit", "uvicorn"},
    "db/seed": {"alembic", "fastapi", "pandas", "pika", "streamlit", "uvicorn"},
    "airflow": {"joblib", "numpy", "pika", "scikit-learn", "streamlit"},
}
DOCKERFILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/Dockerfile"))
OF_SERVICES = [name for name in DOCKERFILES if not name.startswith("airflow/")]


def instructions(dockerfile: str) -> list[str]:
    """One line per instruction, without comments."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / dockerfile).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def test_every_service_has_a_dockerfile() -> None:
    assert set(DOCKERFILES) >= {f"{name}/Dockerfile" for name in ("api", "worker", "ui", "trainer", "airflow", "db")}


@pytest.mark.parametrize("service", FOREIGN)
def test_an_image_holds_only_what_its_service_needs(service: str) -> None:
    file = ROOT / service / "requirements.txt"
    if not file.exists():
        pytest.skip(f"{service}/ is not in this checkout")
    packages = {line.split("==")[0] for line in file.read_text(encoding="utf-8").splitlines() if "==" in line}
    assert packages, "the file has no pins"
    assert packages & FOREIGN[service] == set()


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_an_image_installs_its_own_pins_before_its_code(dockerfile: str) -> None:
    folder = dockerfile.removesuffix("/Dockerfile")
    copies = [line for line in instructions(dockerfile) if line.startswith("COPY ") and "--from" not in line]
    pins = [line for line in copies if "requirements" in line]
    assert pins and all(line.startswith(f"COPY {folder}/") for line in pins)
    code = next(n for n, line in enumerate(copies) if re.match(rf"COPY {folder}(/app|/dags|/plugins)? ", line))
    assert copies.index(pins[0]) < code


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_an_image_names_the_tag_of_its_base(dockerfile: str) -> None:
    stages = {match[1] for line in instructions(dockerfile) if (match := re.match(r"FROM \S+ AS (\S+)", line))}
    bases = {line.split()[1] for line in instructions(dockerfile) if line.startswith("FROM ")} - stages
    assert bases
    assert all(re.fullmatch(r"[\w./-]+:\d[\w.-]*", base) for base in bases)


@pytest.mark.parametrize("dockerfile", OF_SERVICES)
def test_an_image_does_not_run_as_root_and_has_a_health_check(dockerfile: str) -> None:
    lines = instructions(dockerfile)
    assert [line for line in lines if line.startswith("USER ")][-1] == "USER 10001"
    assert any(line.startswith("HEALTHCHECK ") for line in lines)
    assert any("org.opencontainers.image.title" in line for line in lines)


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_no_secret_goes_into_an_image(dockerfile: str) -> None:
    for line in instructions(dockerfile):
        assert not re.match(r"(ENV|ARG) .*(PASSWORD|SECRET|TOKEN|_KEY)\w*=", line), line
        assert not re.match(r"(COPY|ADD) .*\.env\b", line), line


def test_the_build_context_lets_in_only_what_is_named() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule.removeprefix("!").split("/")[0] for rule in rules if rule.startswith("!")}
    assert let_in == {"core", "client", "api", "worker", "ui", "trainer", "models", "db", "airflow", "deploy"}
    assert "**/tests" in rules
