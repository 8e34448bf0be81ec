// media-chrome writes its styles as <style> elements into shadow roots by innerHTML, which style-src 'self' blocks. Here
// every shadow root of a media- element takes them as constructed style sheets instead, which the policy allows: they
// are made by a script that was itself let in. Must run before media-chrome defines its elements.

const plain = Element.prototype.attachShadow;
const constructable = "adoptedStyleSheets" in Document.prototype;

Element.prototype.attachShadow = function (init: ShadowRootInit): ShadowRoot {
  const root = plain.call(this, init);
  if (constructable && this.localName.startsWith("media-")) adopt(root);
  return root;
};

/** Whether the controls can be dressed here. Without constructed style sheets (before 2023) the native ones stay. */
export const dressable = constructable;

function adopt(root: ShadowRoot): void {
  const write = (html: string) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    const sheets: CSSStyleSheet[] = [];
    for (const style of template.content.querySelectorAll("style")) {
      const sheet = new CSSStyleSheet(style.media ? { media: style.media } : {});
      sheet.replaceSync(style.textContent ?? "");
      sheets.push(sheet);
      style.remove();
    }
    root.replaceChildren(template.content);
    root.adoptedStyleSheets = sheets;
  };
  Object.defineProperty(root, "innerHTML", { set: write, configurable: true });
  Object.defineProperty(root, "setHTMLUnsafe", { value: write, configurable: true });
  // media-chrome changes its rules at run time through the sheets of its <style> elements.
  const find = root.querySelectorAll.bind(root);
  Object.defineProperty(root, "querySelectorAll", {
    value: (selector: string) =>
      selector.startsWith("style")
        ? root.adoptedStyleSheets.filter((sheet) => sheet.media.length === 0).map((sheet) => ({ sheet }))
        : find(selector),
    configurable: true,
  });
}
