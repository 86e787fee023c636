/**
 * A document as data, so that a page and its replay can be compared: what it is built of, what is in its fields, how it
 * looks. Left out is what a recording leaves out (scripts, comments, metas, handlers) and what a replay adds for itself.
 */
window.pictureOf = (doc) => {
  const SKIPPED = new Set(["SCRIPT", "NOSCRIPT", "META", "STYLE", "LINK", "TEMPLATE", "BASE"]);
  const LOOKS = ["color", "background-color", "display", "font-weight", "letter-spacing", "height", "width", "top", "left"];
  const isReplayed = doc.defaultView !== window;

  function attributesOf(element) {
    const own = {};
    for (const { name, value } of element.attributes) {
      if (/^(_?on|rr_|data-rr|srcdoc$|nonce$|shadowroot)/.test(name)) continue;
      if (element.localName === "iframe" && name === "src") continue;
      if (element.localName === "canvas" && name === "style") continue;
      if (element.localName === "select" && name === "value") continue;
      if (element.localName === "html" && value === "rrweb-paused") continue;
      if (name === "autocomplete" && isReplayed) continue;
      if (["INPUT", "TEXTAREA", "OPTION", "DETAILS", "DIALOG"].includes(element.tagName) && /^(value|checked|selected)$/.test(name)) continue;
      own[name] = name === "style" ? styleOf(element) : value.trim();
    }
    return own;
  }

  function styleOf(element) {
    return Object.fromEntries([...element.style].sort().map((name) => [name, element.style.getPropertyValue(name)]));
  }

  function fieldOf(element) {
    if (element.tagName === "SELECT") return [...element.options].map(({ selected, text }) => [text.trim(), selected]);
    if (element.tagName === "INPUT" || element.tagName === "TEXTAREA") return [element.value, element.checked ?? false];
    if (element.tagName === "DIALOG") return element.open;
    return undefined;
  }

  function looksOf(element) {
    const animated = element.getAnimations().length > 0 || element.closest("svg, head, option");
    if (animated || !element.isConnected) return undefined;
    // A replay has no quirks mode: there the root is as high as the window.
    if (element.matches("html, body") && element.ownerDocument.compatMode === "BackCompat") return undefined;
    const style = element.ownerDocument.defaultView.getComputedStyle(element);
    return LOOKS.map((name) => (element.localName === "canvas" && name === "display" ? "" : style.getPropertyValue(name)));
  }

  function childrenOf(node) {
    const told = [];
    for (const child of node.childNodes) {
      if (child.nodeType === 3 && child.data.trim()) {
        if (typeof told[told.length - 1] === "string") told[told.length - 1] += child.data;
        else told.push(child.data);
      } else if (child.nodeType === 1 && !SKIPPED.has(child.tagName.toUpperCase())) told.push(pictureOf(child));
    }
    return told.map((each) => (typeof each === "string" ? each.replace(/\s+/g, " ").trim() : each));
  }

  function pictureOf(element) {
    const told = { tag: element.localName, attributes: attributesOf(element) };
    const field = fieldOf(element);
    if (field !== undefined) told.field = field;
    if (element.scrollTop) told.scrollTop = Math.round(element.scrollTop);
    const looks = looksOf(element);
    if (looks) told.looks = looks;
    if (element.tagName !== "TEXTAREA" && element.tagName !== "SELECT") told.children = childrenOf(element);
    if (element.shadowRoot) told.shadow = childrenOf(element.shadowRoot);
    if (element.tagName === "IFRAME" && element.contentDocument) told.frame = pictureOf(element.contentDocument.documentElement);
    return told;
  }

  return pictureOf(doc.documentElement);
};
