"""All texts of a page: visible ones, labels for screen readers, placeholders and tooltips."""

import re

from browser import Browser

# Icons are ligatures: words in the DOM, drawn as pictures.
TEXTS = """
const isIcon = (element) => getComputedStyle(element).fontFamily.includes("Material Symbols");
const isCode = (element) => element.closest("script, style, noscript");
const isVisible = (element) =>
  !isCode(element) && element.checkVisibility({ visibilityProperty: true }) && !isIcon(element);
const found = [document.title];
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) if (isVisible(texts.currentNode.parentElement)) found.push(texts.currentNode.data);
for (const name of ["aria-label", "aria-description", "aria-roledescription", "placeholder", "title", "alt"])
  for (const element of document.querySelectorAll(`[${name}]`))
    if (isVisible(element)) found.push(element.getAttribute(name));
return found.map((text) => text.replace(/\\s+/g, " ").trim()).filter((text) => text);
"""


def texts(browser: Browser) -> list[str]:
    """Distinct texts, labels, placeholders and tooltips of visible elements, in no order."""
    return list(dict.fromkeys(browser.driver.execute_script(TEXTS)))


LATIN = re.compile(r"[A-Za-z]{2,}")


def latin_words(text: str) -> set[str]:
    return set(LATIN.findall(text))
