"""The encoding of a file: by its byte order mark, else UTF-8, else by the words that its bytes spell."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK_BYTES = 1 << 20
SAMPLE_BYTES = 1 << 18
UTF8_WITH_MARK = "utf-8-sig"
BYTE_ORDER_MARK = "its byte order mark"
TITLES = {
    "utf-8": "UTF-8",
    UTF8_WITH_MARK: "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
    "koi8-r": "KOI8-R",
    "cp866": "DOS 866",
}
CYRILLIC = ("cp1251", "koi8-r", "cp866")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_ODD = re.compile(r"[^а-яёА-ЯЁіїєґІЇЄҐ№«»—–“”„…° \u00a0]|(?<=[а-яё])[А-ЯЁ]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A Python codec; `reason` states how it was found."""

    name: str
    reason: str

    @property
    def title(self) -> str:
        return TITLES.get(self.name, self.name)

    @property
    def is_unicode(self) -> bool:
        return self.name.startswith("utf")


def detect(path: Path) -> Encoding:
    """UTF-8, UTF-16 with or without a mark, Windows-1251 (KOI8-R, DOS 866) or Windows-1252."""
    with open(path, "rb") as file:
        head = file.read(SAMPLE_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", BYTE_ORDER_MARK)
    if head.startswith(codecs.BOM_UTF8):
        return Encoding(UTF8_WITH_MARK, BYTE_ORDER_MARK)
    if unmarked := _utf16_without_mark(head):
        return Encoding(unmarked, "every other byte is zero")
    if decodes(path, "utf-8"):
        return Encoding(UTF8_WITH_MARK, "all bytes fit")
    return _by_words(b" ".join(_foreign_words(path)))


def decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is valid in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with open(path, "rb") as file:
            while block := file.read(BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(head: bytes) -> str | None:
    """Delimiters, digits and line ends have a zero byte in UTF-16; other encodings have none."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) / 8 or min(even, odd) > max(even, odd) / 8:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _foreign_words(path: Path) -> Iterator[bytes]:
    """The first words beyond ASCII, wherever in the file they are."""
    found = 0
    with open(path, "rb") as file:
        while (block := file.read(BLOCK_BYTES)) and found < SAMPLE_BYTES:
            for word in _WORD.findall(block):
                if not word.isascii():
                    found += len(word)
                    yield word


def _by_words(words: bytes) -> Encoding:
    """Cyrillic words have no letter of ASCII; words of Western Europe have few other letters."""
    cyrillic = latin = 0
    for word in words.split():
        foreign = sum(byte >= 0x80 for byte in word)
        cyrillic += foreign if foreign == len(word) else 0
        latin += foreign if foreign < len(word) else 0
    if cyrillic <= latin:
        return Encoding("cp1252", "it is not UTF-8, and its words are Latin")
    best = min(CYRILLIC, key=lambda name: len(_ODD.findall(words.decode(name, "replace"))))
    return Encoding(best, "it is not UTF-8, and its words are Cyrillic")
