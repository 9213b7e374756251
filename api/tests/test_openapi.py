"""The OpenAPI document is complete, valid and consistent with the service."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate
from problems import MEDIA_TYPE

from app.main import app

DOCUMENT: dict[str, Any] = app.openapi()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


OPERATIONS = dict(operations())
each_operation = pytest.mark.parametrize("name", OPERATIONS)


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_operation_ids_are_short_and_unique() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z_]{3,29}", operation_id) for operation_id in ids), ids


@each_operation
def test_operation_has_summary_description_and_tags(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"] and operation["description"] and operation["tags"]
    for parameter in operation.get("parameters", ()):
        description = parameter.get("description") or parameter["schema"].get("description")
        assert description or parameter["in"] == "path", parameter["name"]


@each_operation
def test_every_error_of_an_operation_is_a_problem(name: str) -> None:
    errors = {status: response for status, response in OPERATIONS[name]["responses"].items() if status >= "400"}
    for response in errors.values():
        assert response["description"]
        assert response["content"] == {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


@each_operation
def test_operation_documents_the_errors_that_follow_from_its_parameters(name: str) -> None:
    operation = OPERATIONS[name]
    needed = set()
    if "security" in operation:
        needed |= {"401", "403", "429", "503"}
    if "requestBody" in operation:
        needed |= {"400", "413", "415", "422", "503"}
    if operation.get("parameters"):
        needed |= {"422"}
    assert needed <= set(operation["responses"])


def test_only_public_endpoints_need_no_authentication() -> None:
    without = {name for name, operation in OPERATIONS.items() if "security" not in operation}
    assert without == {"POST /auth/register", "POST /auth/login", "GET /health", "GET /rules", "GET /metrics"}


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in SCHEMAS.items():
        for field, described in schema.get("properties", {}).items():
            yield f"{name}.{field}", described


@pytest.mark.parametrize(("name", "described"), list(properties()), ids=[name for name, _ in properties()])
def test_every_field_has_a_description_or_an_example(name: str, described: dict[str, Any]) -> None:
    assert {"description", "examples", "example", "const"} & described.keys(), name


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example of a schema or field, with its schema."""
    for name, schema in SCHEMAS.items():
        for example in schema.get("examples", ()):
            yield name, schema, example
        for field, described in schema.get("properties", {}).items():
            for example in described.get("examples", ()):
                yield f"{name}.{field}", described, example


@pytest.mark.parametrize(("name", "schema", "example"), list(examples()), ids=[name for name, *_ in examples()])
def test_every_example_fits_its_schema(name: str, schema: dict[str, Any], example: Any) -> None:
    whole = {"$ref": "#/components/schemas/_", "components": {"schemas": SCHEMAS | {"_": schema}}}
    jsonschema.validate(example, whole, format_checker=jsonschema.FormatChecker())


def test_every_request_body_has_an_example() -> None:
    """The example is of the whole body, or of each of its fields."""
    for name, operation in OPERATIONS.items():
        if "requestBody" not in operation:
            continue
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        schema = SCHEMAS[reference.removeprefix("#/components/schemas/")]
        fields = schema["properties"].values()
        assert schema.get("examples") or all("examples" in field for field in fields), name


def test_submission_documents_location_and_idempotency_headers() -> None:
    headers = OPERATIONS["POST /workouts"]["responses"]["202"]["headers"]
    assert set(headers) == {"Location", "Idempotency-Replayed"}
    for name in ("POST /workouts", "POST /workouts/bulk"):
        assert "Idempotency-Key" in [parameter["name"] for parameter in OPERATIONS[name]["parameters"]]


def test_bulk_item_schema_is_a_workout_with_a_key() -> None:
    item = SCHEMAS["BulkIn"]["properties"]["items"]["items"]
    single = SCHEMAS["WorkoutIn"]["properties"]
    assert set(item["properties"]) == {*single, "idempotency_key"}
    assert item["required"] == SCHEMAS["WorkoutIn"]["required"]
