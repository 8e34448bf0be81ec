import { make } from "./dom";
import type { Track } from "./queue";
import type { Words } from "./words";

/** What somebody asks of the list of what is listened to. */
export interface Edits {
  jump(at: number): void;
  move(at: number, by: number): void;
  remove(at: number): void;
  clear(): void;
}

export interface QueueList {
  readonly opener: HTMLButtonElement;
  readonly panel: HTMLElement;
  show(tracks: Track[], at: number): void;
}

/** Makes the list with the button that opens it. Everything in it is a button: finger, mouse and keys do the same. */
export function queueList(word: Words, edits: Edits, say: (sentence: string) => void): QueueList {
  const opener = make("button", { type: "button", class: "listening-list", "aria-label": word("queue"), "aria-expanded": "false" }) as HTMLButtonElement;
  const list = make("ol", { class: "queue-list" });
  const clear = make("button", { type: "button", class: "queue-clear" });
  clear.textContent = word("clear");
  clear.addEventListener("click", () => {
    edits.clear();
    say(word("cleared"));
    opener.focus();
  });
  const panel = make("div", { class: "queue", role: "group", "aria-label": word("queue") }, list, make("p", {}, clear));
  panel.hidden = true;
  const open = (on: boolean) => {
    panel.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
  };
  opener.addEventListener("click", () => open(panel.hidden !== false));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    opener.focus();
  });
  let shown = "";
  return {
    opener,
    panel,
    show(tracks, at) {
      const now = JSON.stringify([at, tracks.map((t) => t.file)]);
      if (now === shown) return;
      shown = now;
      const keep = held(list);
      list.replaceChildren(...tracks.map((track, n) => entry({ track, n, current: n === at, last: n === tracks.length - 1 }, word, edits, say)));
      if (keep) focusAgain(list, keep);
    },
  };
}

interface Entry {
  track: Track;
  n: number;
  current: boolean;
  last: boolean;
}

function entry(e: Entry, word: Words, edits: Edits, say: (sentence: string) => void): HTMLElement {
  const { track, n } = e;
  const named = (key: string) => word(key).replace("{title}", () => track.title);
  const press = (does: string, label: string, act: () => void, told?: string) => {
    const button = make("button", { type: "button", class: `queue-${does}`, "data-does": does, "aria-label": named(label) }) as HTMLButtonElement;
    button.addEventListener("click", () => {
      act();
      if (told) say(named(told));
    });
    return button;
  };
  const title = press("jump", "jump", () => edits.jump(n));
  const by = make("span", { class: "soft" });
  title.textContent = track.title;
  by.textContent = track.by;
  const up = press("up", "up", () => edits.move(n, -1), "moved");
  const down = press("down", "down", () => edits.move(n, 1), "moved");
  up.disabled = n === 0;
  down.disabled = e.last;
  const cover = track.cover ? make("img", { src: track.cover, alt: "", width: "48", height: "48", loading: "lazy" }) : make("span", { class: "queue-blank" });
  const item = make("li", { "data-file": track.file }, cover, make("span", { class: "queue-what" }, title, by), up, down, press("remove", "remove", () => edits.remove(n), "removed"));
  if (e.current) item.setAttribute("aria-current", "true");
  return item;
}

/** Which button has the focus, before the list is drawn anew. */
function held(list: HTMLElement): { file: string; does: string; n: number } | undefined {
  const button = document.activeElement;
  const item = button?.closest("li");
  if (!(button instanceof HTMLElement) || !item || !list.contains(item)) return undefined;
  return { file: item.dataset["file"] ?? "", does: button.dataset["does"] ?? "", n: [...list.children].indexOf(item) };
}

/** Gives the focus back: to the same button of the same recording, else to its neighbour. Nobody is thrown to the top of the page. */
function focusAgain(list: HTMLElement, was: { file: string; does: string; n: number }): void {
  const items = [...list.querySelectorAll<HTMLElement>("li")];
  const item = items.find((i) => i.dataset["file"] === was.file) ?? items[Math.min(was.n, items.length - 1)];
  const button = item?.querySelector<HTMLButtonElement>(`[data-does=${was.does}]:not(:disabled)`) ?? item?.querySelector<HTMLButtonElement>("button:not(:disabled)");
  button?.focus();
}
