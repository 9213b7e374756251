"""Genders as files state them."""

from collections.abc import Mapping

GENDERS: Mapping[str, str] = {
    name: kind
    for kind, names in (
        ("Male", "m male man м муж мужской мужчина männlich maennlich mann herr"),
        ("Female", "f female w woman ж жен женский женщина weiblich frau"),
    )
    for name in names.split()
}


def gender(text: str) -> str:
    """Male or Female; another text is left to the API, which names what it accepts."""
    return GENDERS.get(text.casefold().rstrip("."), text)
