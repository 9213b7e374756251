"""The wake-up call on the queue: which workout waits to be scored."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from fitburn.errors import InvalidMessageError


class ScoreRequest(BaseModel):
    """Exactly `{"workout_id": "…", "prediction_id": "…"}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workout_id: UUID
    prediction_id: UUID

    def to_body(self) -> bytes:
        return self.model_dump_json().encode()

    @classmethod
    def from_body(cls, body: bytes) -> "ScoreRequest":
        """Raises InvalidMessageError for anything but a score request."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise InvalidMessageError(f"not a score request: {error.errors()[0]['msg']}") from None
