"""Every text has both languages, with the plurals, number formats and dates of each."""

from datetime import date

import pytest

import messages
from app.text import language
from app.text.language import LANGUAGES, SOURCE


@pytest.fixture
def russian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "current", lambda: "ru")


@pytest.mark.parametrize("translated", sorted(set(LANGUAGES) - {SOURCE}))
def test_every_text_is_translated_with_its_placeholders_and_plural_forms(translated: str) -> None:
    catalogue = messages.read(translated)
    texts = [text for text in messages.texts() if text.id]
    wrong = [fault for text in texts for fault in messages.faults(text, catalogue.get(text.id), catalogue.num_plurals)]
    assert wrong == [], "run `make messages`, then translate"
    assert len(texts) > 100


@pytest.mark.parametrize("translated", sorted(set(LANGUAGES) - {SOURCE}))
def test_no_catalogue_holds_texts_that_are_gone(translated: str) -> None:
    used = {str(text.id) for text in messages.texts()}
    assert [text.id for text in messages.read(translated) if str(text.id) not in used] == [], "run `make messages`"


def test_texts_within_fstrings_and_within_other_calls_are_found() -> None:
    found = {str(text.id) for text in messages.texts()}
    assert {"Give it back?", "Show this code at the desk", "is not right; check it"} <= found


def test_a_missing_translation_is_found() -> None:
    [text, *_] = [text for text in messages.texts() if text.id and not text.pluralizable]
    assert messages.faults(text, None, 3)


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 балл"), (2, "2 балла"), (5, "5 баллов"), (11, "11 баллов"), (21, "21 балл"), (1204, "1\xa0204 балла")],
)
@pytest.mark.usefixtures("russian")
def test_russian_points_have_the_form_of_their_number(count: int, words: str) -> None:
    assert language.n_("{n} point", "{n} points", count) == words


@pytest.mark.usefixtures("russian")
def test_russian_numbers_and_dates() -> None:
    assert language.number(12345.67, 1) == "12\xa0345,7"
    assert language.signed(-3.5, 1) == "−3,5"
    assert language.day(date(2026, 3, 3)) == "3 мар."
    assert language.weekdays()[0] == "пн"
    assert language.vega_locale()["number"]["decimal"] == ","


@pytest.mark.parametrize(
    ("accepted", "language_shown"),
    [(["ru-RU", "en"], "ru"), (["de", "ru"], "ru"), (["de-DE", "fr"], "en"), ([], "en"), (["en_GB", "ru"], "en")],
)
def test_the_browsers_first_supported_language_is_shown(accepted: list[str], language_shown: str) -> None:
    assert language.negotiated(accepted) == language_shown
