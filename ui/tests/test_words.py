"""Everything is said in both languages, with the plurals, signs and dates of each."""

from datetime import date

import pytest

import messages
from app.text import language
from app.text.language import LANGUAGES, SOURCE


@pytest.fixture
def russian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "current", lambda: "ru")


@pytest.mark.parametrize("spoken", sorted(set(LANGUAGES) - {SOURCE}))
def test_every_text_is_translated_with_its_placeholders_and_plural_forms(spoken: str) -> None:
    catalogue = messages.read(spoken)
    wanted = [one for one in messages.texts() if one.id]
    wrong = [fault for one in wanted for fault in messages.faults(one, catalogue.get(one.id), catalogue.num_plurals)]
    assert wrong == [], "run `make messages`, then translate"
    assert len(wanted) > 100


@pytest.mark.parametrize("spoken", sorted(set(LANGUAGES) - {SOURCE}))
def test_no_catalogue_holds_texts_that_are_gone(spoken: str) -> None:
    there = {str(one.id) for one in messages.texts()}
    assert [one.id for one in messages.read(spoken) if str(one.id) not in there] == [], "run `make messages`"


def test_texts_within_fstrings_and_within_other_calls_are_found() -> None:
    found = {str(one.id) for one in messages.texts()}
    assert {"Give it back?", "Show this code at the desk", "is not right; check it"} <= found


def test_a_missing_translation_is_found() -> None:
    [text, *_] = [one for one in messages.texts() if one.id and not one.pluralizable]
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
    ("asked_for", "spoken"),
    [(["ru-RU", "en"], "ru"), (["de", "ru"], "ru"), (["de-DE", "fr"], "en"), ([], "en"), (["en_GB", "ru"], "en")],
)
def test_the_browsers_first_language_that_we_speak_is_spoken(asked_for: list[str], spoken: str) -> None:
    assert language.negotiated(asked_for) == spoken
