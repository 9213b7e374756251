"""Normalised column names, and the unit that a name carries."""

import re
import unicodedata
from functools import lru_cache

_BRACKETED = re.compile(r"(.*?)[\s_,;:]*[(\[]([^()\[\]]+)[)\]]\s*")
_TRAILING = re.compile(r"(.+?)[\s_,;:]+([^\s_,;:]+)")


@lru_cache(maxsize=10_000)
def normal(name: str) -> str:
    """Letters, digits and marks of any script, in one case: `Weight (kg)` becomes weightkg, `Рост, см` ростсм.

    A name without any letter or digit stays as it is: two such names must not become equal.
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold()).replace("ё", "е")
    kept = "".join(sign for sign in text if unicodedata.category(sign)[0] in "LNM")
    return unicodedata.normalize("NFC", kept) or text.strip()


def base_and_unit(name: str) -> tuple[str, str] | None:
    """The normalised parts of `Distance (mi)`, `Distance, mi` and `distance_mi`; None for a name of one part."""
    match = _BRACKETED.fullmatch(name) or _TRAILING.fullmatch(name)
    return (normal(match[1]), normal(match[2])) if match and match[1].strip() else None
