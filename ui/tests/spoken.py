"""All that a page says: to those who see it, to those who hear it, and to those who stay on something for a while."""

import re

from browser import Browser

# Icons are written as words of their font, and drawn as pictures.
SAID = """
const isIcon = (one) => getComputedStyle(one).fontFamily.includes("Material Symbols");
const isThere = (one) =>
  !one.closest("script, style, noscript") && one.checkVisibility({ visibilityProperty: true }) && !isIcon(one);
const said = [document.title];
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) if (isThere(texts.currentNode.parentElement)) said.push(texts.currentNode.data);
for (const name of ["aria-label", "aria-description", "aria-roledescription", "placeholder", "title", "alt"])
  for (const one of document.querySelectorAll(`[${name}]`)) if (isThere(one)) said.push(one.getAttribute(name));
return said.map((one) => one.replace(/\\s+/g, " ").trim()).filter((one) => one);
"""


def said(browser: Browser) -> list[str]:
    """Texts, labels, placeholders and tooltips of what is there, in no order."""
    return list(dict.fromkeys(browser.driver.execute_script(SAID)))


LATIN = re.compile(r"[A-Za-z]{2,}")


def latin_words(text: str) -> set[str]:
    return set(LATIN.findall(text))
