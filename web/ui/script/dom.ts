/** Makes an element with attributes and children. */
export function make(name: string, attributes: Record<string, string> = {}, ...children: Node[]): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
