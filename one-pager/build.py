"""Typeset the page for a gym's owner, in Russian and English: python one-pager/build.py [--pictures FOLDER]

Every run writes the same bytes. With --pictures it also draws the pages as PNG.
"""

import argparse
from pathlib import Path

import typst

FOLDER = Path(__file__).resolve().parent
PAGES = {"ru.typ": "OPL_FitBurn.pdf", "en.typ": "OPL_FitBurn_en.pdf"}


def render(source: str, *, form: str = "pdf") -> bytes:
    """Typeset one of PAGES, with the fonts of fonts/ and typst only, never those of the machine."""
    pages = typst.compile(
        FOLDER / source, root=FOLDER, font_paths=[FOLDER / "fonts"], ignore_system_fonts=True, format=form, ppi=150
    )
    if not isinstance(pages, bytes):
        raise ValueError(f"{source} takes {len(pages)} pages; it has to fit on one.")
    return pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, metavar="FOLDER")
    pictures = parser.parse_args().pictures
    for source, target in PAGES.items():
        (FOLDER / target).write_bytes(render(source))
        print(f"one-pager/{target}: {(FOLDER / target).stat().st_size / 1000:.0f} kB")
        if pictures:
            (pictures / f"{Path(target).stem}.png").write_bytes(render(source, form="png"))


if __name__ == "__main__":
    main()
