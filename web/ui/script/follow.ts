/** Lets the words and the chapters of a recording follow it and lead into it. */
export function follow(media: HTMLMediaElement): void {
  const recording = media.closest<HTMLElement>("[data-file]")?.dataset["file"] ?? "";
  for (const list of document.querySelectorAll<HTMLElement>("[data-follow]")) {
    if (list.dataset["follow"] === recording) followIn(list, media);
  }
}

function followIn(list: HTMLElement, media: HTMLMediaElement): void {
  const links = [...list.querySelectorAll<HTMLAnchorElement>("a[data-seek]")];
  const starts = links.map((link) => Number(link.dataset["seek"]));
  const column = list.querySelector<HTMLElement>(".cue-list");
  if (!column || links.length === 0) return;
  seekIn(column, media);
  const reading = readerOf(list, column, () => show());
  let current = -1;
  const show = () => {
    const link = links[current];
    if (link && !reading()) centre(column, link);
  };
  const look = () => {
    const now = lastBefore(starts, media.currentTime + 0.05); // a seek lands a hair before what was asked for
    if (now === current || (now < 0 && current < 0)) return;
    links[current]?.removeAttribute("aria-current");
    current = now;
    links[current]?.setAttribute("aria-current", "true");
    show();
  };
  for (const name of ["timeupdate", "seeking", "seeked"]) media.addEventListener(name, look);
  list.addEventListener("toggle", show);
}

/** One listener for the whole list, which may have ten thousand lines. */
function seekIn(column: HTMLElement, media: HTMLMediaElement): void {
  column.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-seek]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    seekTo(media, Number(link.dataset["seek"]));
  });
}

/** Goes to an instant and plays. */
function seekTo(media: HTMLMediaElement, seconds: number): void {
  media.currentTime = seconds;
  media.scrollIntoView({ block: "nearest" });
  void media.play().catch(() => undefined); // the browser may want a press on the player itself
}

/** Tells whether the reader has scrolled away to read on their own. Then the list stays where they are until they press the
 * button that leads back. */
function readerOf(list: HTMLElement, column: HTMLElement, back: () => void): () => boolean {
  const button = list.querySelector<HTMLButtonElement>("[data-follow-on]");
  let reading = false;
  const leave = () => {
    if (column.scrollHeight <= column.clientHeight) return;
    reading = true;
    if (button) button.hidden = false;
  };
  for (const name of ["wheel", "touchmove"]) column.addEventListener(name, leave, { passive: true });
  column.addEventListener("keydown", (event) => {
    if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Tab"].includes(event.key)) leave();
  });
  column.addEventListener("pointerdown", (event) => {
    if (event.target === column) leave(); // its scroll bar
  });
  button?.addEventListener("click", () => {
    reading = false;
    button.hidden = true;
    back();
  });
  return () => reading;
}

/** Scrolls the list alone, never the page. Lines out of sight have no height of their own yet, so that a leap is put right once
 * those around its goal have theirs. */
function centre(column: HTMLElement, link: HTMLElement, again = true): void {
  const [frame, line] = [column.getBoundingClientRect(), (link.parentElement ?? link).getBoundingClientRect()];
  if (line.height === 0) return; // folded away
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const top = column.scrollTop + line.top - frame.top - (frame.height - line.height) / 2;
  const far = Math.abs(top - column.scrollTop) > 2 * frame.height;
  column.scrollTo({ top, behavior: still || far || !again ? "auto" : "smooth" });
  if (far && again) requestAnimationFrame(() => centre(column, link, false));
}

/** The index of the last of the ascending numbers that is not greater than n, -1 when there is none. */
function lastBefore(numbers: number[], n: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= n) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
