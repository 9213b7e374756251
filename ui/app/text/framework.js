// Replaces Streamlit's own English texts in the DOM, now and whenever new ones appear. See framework.py.
// data.words: translations by text; data.shapes: pairs of a pattern and a replacement, for texts that contain a name.
// Markdown and HTML are skipped: their texts are ours or a member's.
export default function ({ data }) {
  const attributes = ["aria-label", "aria-roledescription", "aria-description", "placeholder", "title"];
  const shapes = data.shapes.map(([pattern, replacement]) => [new RegExp(`^${pattern}$`), replacement]);
  const watched = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: attributes };

  const byWord = (text) => (Object.hasOwn(data.words, text) ? data.words[text] : undefined);
  const byShape = (text) => {
    const [pattern, replacement] = shapes.find(([pattern]) => pattern.test(text)) ?? [];
    return pattern && text.replace(pattern, replacement);
  };
  const translated = (text) => byWord(text) ?? byShape(text);
  const replaceText = (node) => {
    if (node.parentElement?.closest(".stHtml, [data-testid=stMarkdownContainer]")) return;
    const text = node.data.trim();
    const translation = text && translated(text);
    if (translation && translation !== text) node.data = translation;
  };
  const replaceAttributes = (element) => {
    for (const name of attributes) {
      const text = element.getAttribute(name)?.trim();
      const translation = text && translated(text);
      if (translation && translation !== text) element.setAttribute(name, translation);
    }
  };
  const replace = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return replaceText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    replaceAttributes(root);
    const inside = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (inside.nextNode()) {
      const node = inside.currentNode;
      if (node.nodeType === Node.TEXT_NODE) replaceText(node);
      else replaceAttributes(node);
    }
  };

  document.documentElement.lang = data.language;
  replace(document.body);
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(replace);
      else if (change.type === "characterData") replaceText(change.target);
      else replaceAttributes(change.target);
    }
  });
  observer.observe(document.body, watched);
  return () => observer.disconnect();
}
