import OpenSeadragon from "openseadragon";
import { words } from "./words";

/** Opens a picture over the whole window, to be looked at closely through its IIIF tiles. */
export function closeup(link: HTMLAnchorElement): void {
  const word = words(link);
  const dialog = document.createElement("dialog");
  dialog.className = "closeup";
  dialog.setAttribute("aria-label", link.dataset["title"] ?? "");
  const view = document.createElement("div");
  view.className = "closeup-view";
  const bar = document.createElement("div");
  bar.className = "closeup-bar";
  const close = button(word("close"), word("close"));
  close.className = "closeup-close";
  dialog.append(view, bar, close);
  document.body.append(dialog);
  dialog.showModal();

  withoutStyleElement();
  const viewer = OpenSeadragon({
    element: view,
    tileSources: [link.dataset["tiles"] ?? ""],
    drawer: "canvas",
    showNavigationControl: false,
    showNavigator: false,
    animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.6,
    visibilityRatio: 0.6,
    maxZoomPixelRatio: 2,
    gestureSettingsTouch: { pinchRotate: false },
  });
  const zoom = (factor: number) => {
    viewer.viewport.zoomBy(factor);
    viewer.viewport.applyConstraints();
  };
  const picture = word("picture").replace("{title}", () => link.dataset["title"] ?? "");
  name(viewer.canvas, picture, word("keys"));
  const closer = button("+", word("zoom-in"), "sign");
  const farther = button("−", word("zoom-out"), "sign");
  const whole = button(word("whole"), word("whole"));
  closer.addEventListener("click", () => zoom(1.6));
  farther.addEventListener("click", () => zoom(1 / 1.6));
  whole.addEventListener("click", () => viewer.viewport.goHome());
  bar.append(farther, whole, closer);
  let came = false;
  viewer.addHandler("tile-loaded", () => (came = true));
  viewer.addHandler("open-failed", () => plain(link, view, bar));
  // The first tile asked for holds the whole picture: without it there is nothing to look at.
  viewer.addHandler("tile-load-failed", () => {
    if (!came) plain(link, view, bar);
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    viewer.destroy();
    dialog.remove();
    link.focus();
  });
  closer.focus();
}

/** What is moved and brought closer by keys has a name, and says which keys. */
function name(canvas: Element, title: string, keys: string): void {
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", title);
  canvas.setAttribute("aria-description", keys);
}

/** Shows the plain picture instead of its tiles, and says so; once. */
function plain(link: HTMLAnchorElement, view: HTMLElement, bar: HTMLElement): void {
  if (!bar.isConnected) return;
  bar.remove();
  const word = words(link);
  const note = document.createElement("p");
  note.className = "closeup-note";
  note.setAttribute("role", "status");
  note.textContent = word("plain");
  const picture = document.createElement("img");
  picture.className = "closeup-plain";
  picture.alt = link.dataset["title"] ?? "";
  picture.addEventListener("error", () => {
    picture.remove();
    note.textContent = word("failed");
  });
  picture.src = link.href;
  view.replaceChildren(picture, note);
}

/** OpenSeadragon adds a <style> element, which the policy blocks and reports, unless it finds one that it made earlier.
 * One in no namespace is found and is no style sheet; the rule itself stands in player.css. */
function withoutStyleElement(): void {
  if (document.querySelector("style[data-openseadragon-mobile-css]")) return;
  const style = document.createElementNS(null, "style");
  style.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(style);
}

function button(text: string, label: string, extra = ""): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  if (extra) made.className = extra;
  return made;
}
