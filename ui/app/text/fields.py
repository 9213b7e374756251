"""Names of fields, texts for the codes with which the API refuses them, and hints."""

from app import rules
from app.text.language import N_, _, n_, number
from fitburn_client import FieldError

FIELDS = {
    "email": N_("E-mail"),
    "password": N_("Password"),
    "new_password": N_("New password"),
    "current_password": N_("Present password"),
    "display_name": N_("Name"),
    "club": N_("Club"),
    "gender": N_("Sex"),
    "age": N_("Birth year"),
    "birth_year": N_("Birth year"),
    "height_cm": N_("Height"),
    "weight_kg": N_("Weight"),
    "ts": N_("Start"),
    "duration_min": N_("Minutes"),
    "distance_km": N_("Distance"),
    "avg_hr": N_("Heart rate"),
    "speed_kmh": N_("Speed"),
    "workout_type": N_("Type"),
    "title_en": N_("Title in English"),
    "title_ru": N_("Title in Russian"),
    "description_en": N_("Words to it in English"),
    "description_ru": N_("Words to it in Russian"),
    "picture_url": N_("Address of a picture"),
    "cost": N_("Points"),
    "points": N_("Points"),
    "stock": N_("In stock"),
    "per_member_limit": N_("Per member"),
    "valid_from": N_("First day"),
    "valid_to": N_("Last day"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "goal": N_("Goal"),
    "bonus_points": N_("Bonus, points"),
    "reason": N_("Why"),
}

FAULTS = {
    "missing": N_("is needed"),
    "greater_than_equal": N_("is too small"),
    "less_than_equal": N_("is too large"),
    "string_too_short": N_("is too short"),
    "string_too_long": N_("is too long"),
    "before_start": N_("is before the first day"),
    "not_after": N_("is before the first day"),
    "out_of_reach": N_("is more than anybody can be credited with in these days"),
    "url_parsing": N_("should begin with https://"),
    "url_scheme": N_("should begin with https://"),
}


def refusal(error: FieldError) -> str:
    """The field's name and what is wrong with its value."""
    name = error.pointer.strip("/").split("/")[0]
    field = _(FIELDS[name]) if name in FIELDS else name
    return f"{field}: {_fault(error.code)}"


def _fault(code: str) -> str:
    match code:
        case "string_length":
            return _accepted_length()
        case "too_long":
            return n_(
                "is too far away; a challenge lasts {n} day at most",
                "is too far away; a challenge lasts {n} days at most",
                rules.current().challenges.max_days,
            )
        case _:
            return _(FAULTS.get(code, N_("is not right; check it")))


def _accepted_length() -> str:
    # Only passwords have this code; other texts are too short or too long.
    accepted = rules.length("password")
    return n_(
        "should have {low} to {n} character",
        "should have {low} to {n} characters",
        accepted.high,
        low=number(accepted.low),
    )


def password_hint() -> str:
    """The hint at an input for a new password."""
    return n_("At least {n} character.", "At least {n} characters.", rules.length("password").low)
