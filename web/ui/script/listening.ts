import { make } from "./dom";
import type { Track } from "./queue";
import { queueList, type Edits } from "./queuelist";
import type { Words } from "./words";

/** What the bar at the foot of the page shows. */
export interface State {
  track: Track;
  second: number;
  duration: number;
  playing: boolean;
  first: boolean; // there is none before it
  last: boolean;
  tracks: Track[]; // all of them, of which it is the one at
  at: number;
}

/** What a press on the bar asks for. */
export interface Wishes extends Edits {
  toggle(): void;
  seek(second: number): void;
  step(by: number): void;
  close(): void;
}

export interface Bar {
  show(state: State): void;
  hide(): void;
  say(key: string): void;
}

/** Makes the bar, hidden. */
export function bar(place: HTMLElement, word: Words, wishes: Wishes): Bar {
  const title = make("a") as HTMLAnchorElement;
  const by = make("span", { class: "soft" });
  const said = make("span", { class: "visually-hidden", role: "status" });
  const range = make("input", { type: "range", min: "0", step: "1", "aria-label": word("seek") }) as HTMLInputElement;
  const toggle = button("listening-play", word("play"), wishes.toggle);
  const previous = button("listening-previous", word("previous"), () => wishes.step(-1));
  const next = button("listening-next", word("next"), () => wishes.step(1));
  const buttons = make("div", { class: "listening-buttons" }, previous, toggle, next);
  const close = button("listening-close", word("close"), wishes.close);
  const list = queueList(word, wishes, (sentence) => (said.textContent = sentence));
  const what = make("p", { class: "listening-what" }, by); // a link that leads nowhere yet is none
  const aside = make("aside", { class: "listening", "aria-label": word("region") }, list.panel, buttons, what, list.opener, close, range, said);
  aside.hidden = true;
  place.after(aside);
  let held = false; // a finger is on the range: it is not moved under it
  range.addEventListener("input", () => {
    held = true;
    tell(Number(range.value), Number(range.max));
  });
  range.addEventListener("change", () => {
    held = false;
    wishes.seek(Number(range.value));
  });
  const tell = (second: number, duration: number) => {
    const text = word("time-of").replace("{currentTime}", clock(second)).replace("{totalTime}", clock(duration));
    range.setAttribute("aria-valuetext", text);
    range.style.setProperty("--heard", `${duration > 0 ? (100 * second) / duration : 0}%`);
  };
  return {
    show(state) {
      aside.hidden = false;
      document.documentElement.dataset["listening"] = "";
      title.textContent = state.track.title;
      title.href = state.track.page;
      what.prepend(title);
      by.textContent = state.track.by;
      toggle.ariaLabel = word(state.playing ? "pause" : "play");
      toggle.classList.toggle("playing", state.playing);
      list.show(state.tracks, state.at);
      previous.disabled = state.first;
      next.disabled = state.last;
      if (held) return;
      range.max = String(Math.max(1, Math.floor(state.duration)));
      range.value = String(Math.floor(state.second));
      tell(Math.floor(state.second), state.duration);
    },
    hide() {
      aside.hidden = true;
      delete document.documentElement.dataset["listening"];
    },
    say(key) {
      said.textContent = word(key);
    },
  };
}

function button(kind: string, label: string, press: () => void): HTMLButtonElement {
  const made = make("button", { type: "button", class: kind, "aria-label": label }) as HTMLButtonElement;
  made.addEventListener("click", press);
  return made;
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(m).padStart(h ? 2 : 1, "0")}:${String(s).padStart(2, "0")}`;
  return h ? `${h}:${tail}` : tail;
}
