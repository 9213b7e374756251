"""Brings the catalogues in step with the texts in the code: `make messages`.

New texts come in without a translation, those that are gone go. A test fails until everything is translated.
"""

import ast
import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

APP = Path(__file__).parent / "app"
KEYWORDS = {"_": 1, "N_": 1, "n_": 2}
"""What marks texts in the code, and how many forms it takes."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")
WIDTH = 120


def texts() -> Catalog:
    """Every text of the pages, wherever it stands: also within an f-string, or in a call within another."""
    found = Catalog(project="FitBurn", fuzzy=False)
    for file in sorted(APP.rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and (count := KEYWORDS.get(call.func.id)):
                said = [
                    one.value
                    for one in call.args[:count]
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
                if said:
                    found.add(said[0] if count == 1 else tuple(said))
    return found


def catalogues() -> dict[str, Path]:
    """The file of each language."""
    return {file.parts[-3]: file for file in sorted(APP.glob("text/locale/*/LC_MESSAGES/ui.po"))}


def read(language: str) -> Catalog:
    with catalogues()[language].open("rb") as file:
        return read_po(file, locale=language)


def faults(message: Message, translated: Message | None, forms: int) -> list[str]:
    """What is wrong with the translation of a text."""
    if translated is None:
        return [f"missing: {message.id}"]
    strings = list(translated.string) if isinstance(translated.string, tuple) else [translated.string or ""]
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    found = [f"not translated: {ids[0]}"] if not all(strings) or translated.fuzzy else []
    found += [f"other placeholders: {one}" for one in strings if one and set(PLACEHOLDER.findall(one)) != wanted]
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
        open_ones = [one for one in template if one.id and faults(one, catalogue.get(one.id), catalogue.num_plurals)]
        print(f"{language}: {len(template)} texts, {len(open_ones)} to be translated")


if __name__ == "__main__":
    main()
