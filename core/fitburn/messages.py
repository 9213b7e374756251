"""The wake-up message on the queue: which workout to score."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from fitburn.errors import InvalidMessageError


class ScoreRequest(BaseModel):
    """Exactly `{"workout_id": "…", "prediction_id": "…"}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workout_id: UUID
    prediction_id: UUID

    @classmethod
    def from_body(cls, body: bytes) -> "ScoreRequest":
        """Raises InvalidMessageError for anything but a score request."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise InvalidMessageError(f"not a score request: {error.errors()[0]['msg']}") from None


def body_of(workout_id: str, prediction_id: str) -> bytes:
    """The message's body. The IDs come from the database as text, so they need no validation or escaping."""
    return f'{{"workout_id":"{workout_id}","prediction_id":"{prediction_id}"}}'.encode()
