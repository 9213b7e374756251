"""Errors of an import."""


class CsvImportError(Exception):
    """The import cannot start; the message names the remedy."""


class UnreadableCellError(ValueError):
    """A cell whose text does not parse as its column's type."""


def shortened(text: str, max_chars: int = 40) -> str:
    """A cell's text in quotes, for messages."""
    return repr(text if len(text) <= max_chars else text[:max_chars] + "…")
