// Puts our words in the place of those that the framework itself says in English, now and whenever some appear.
// data.words: from a text to ours; data.shapes: pairs of a pattern and ours, for texts that have a name in them. What we
// wrote ourselves, or members did, stands in Markdown or HTML and is left alone.
export default function ({ data }) {
  const attributes = ["aria-label", "aria-roledescription", "aria-description", "placeholder", "title"];
  const shapes = data.shapes.map(([pattern, ours]) => [new RegExp(`^${pattern}$`), ours]);
  const watched = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: attributes };

  const ofWord = (said) => (Object.hasOwn(data.words, said) ? data.words[said] : undefined);
  const ofShape = (said) => {
    const [pattern, ours] = shapes.find(([one]) => one.test(said)) ?? [];
    return pattern && said.replace(pattern, ours);
  };
  const putText = (node) => {
    if (node.parentElement?.closest(".stHtml, [data-testid=stMarkdownContainer]")) return;
    const said = node.data.trim();
    const ours = said && (ofWord(said) ?? ofShape(said));
    if (ours && ours !== said) node.data = ours;
  };
  const putAttributes = (element) => {
    for (const name of attributes) {
      const said = element.getAttribute(name)?.trim();
      const ours = said && (ofWord(said) ?? ofShape(said));
      if (ours && ours !== said) element.setAttribute(name, ours);
    }
  };
  const put = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return putText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    putAttributes(root);
    const inside = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (inside.nextNode()) {
      const node = inside.currentNode;
      if (node.nodeType === Node.TEXT_NODE) putText(node);
      else putAttributes(node);
    }
  };

  document.documentElement.lang = data.language;
  put(document.body);
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(put);
      else if (change.type === "characterData") putText(change.target);
      else putAttributes(change.target);
    }
  });
  observer.observe(document.body, watched);
  return () => observer.disconnect();
}
