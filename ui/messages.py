"""Updates the catalogues from the texts in the code: `make messages`.

New texts are added without a translation, unused ones are deleted. A test fails until every text is translated.
"""

import ast
import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

APP = Path(__file__).parent / "app"
KEYWORDS = {"_": 1, "N_": 1, "n_": 2}
"""Functions that mark texts in the code, and how many of their arguments are texts."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")
WIDTH = 120


def texts() -> Catalog:
    """Every text of the pages, also in a nested call, or in an f-string, which Babel misses before Python 3.12."""
    found = Catalog(project="FitBurn", fuzzy=False)
    for file in sorted(APP.rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and (count := KEYWORDS.get(call.func.id)):
                texts = [
                    arg.value
                    for arg in call.args[:count]
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                ]
                if texts:
                    found.add(texts[0] if count == 1 else tuple(texts))
    return found


def catalogues() -> dict[str, Path]:
    """The catalogue's file by language."""
    return {file.parts[-3]: file for file in sorted(APP.glob("text/locale/*/LC_MESSAGES/ui.po"))}


def read(language: str) -> Catalog:
    with catalogues()[language].open("rb") as file:
        return read_po(file, locale=language)


def faults(message: Message, translated: Message | None, forms: int) -> list[str]:
    """Faults of a text's translation."""
    if translated is None:
        return [f"missing: {message.id}"]
    strings = list(translated.string) if isinstance(translated.string, tuple) else [translated.string or ""]
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    placeholders = set(PLACEHOLDER.findall(ids[-1]))
    found = [f"not translated: {ids[0]}"] if not all(strings) or translated.fuzzy else []
    found += [
        f"other placeholders: {text}"
        for text in filter(None, strings)
        if set(PLACEHOLDER.findall(text)) != placeholders
    ]
    if message.pluralizable and len(strings) != forms:
        found.append(f"{len(strings)} plural forms instead of {forms}: {ids[0]}")
    return found


def main() -> None:
    template = texts()
    for language, file in catalogues().items():
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with file.open("wb") as target:
            write_po(target, catalogue, width=WIDTH, no_location=True, omit_header=True, sort_output=True)
        forms = catalogue.num_plurals
        untranslated = [text for text in template if text.id and faults(text, catalogue.get(text.id), forms)]
        print(f"{language}: {len(template)} texts, {len(untranslated)} to be translated")


if __name__ == "__main__":
    main()
