import { clock } from "./clock";
import { make, startOf } from "./controls";
import { keep, recall } from "./keep";
import { words } from "./words";

const key = "positions";
const most = 200; // recordings whose place is remembered
const begun = 15; // seconds: whoever looked in for less than that begins anew
const rest = 30; // seconds before the end at which a recording counts as finished

/** Where somebody stopped, by recording, the latest last. */
type Positions = [file: string, seconds: number][];

function positions(): Positions {
  try {
    const list = JSON.parse(recall(key) || "[]") as Positions;
    return Array.isArray(list) ? list.filter((p) => Array.isArray(p) && typeof p[0] === "string" && Number.isFinite(p[1])) : [];
  } catch {
    return [];
  }
}

/** Where this recording begins: where the address says, else where this person stopped. An address may also say 0. */
export function placeOf(frame: HTMLElement): { at: number; resumed: boolean } {
  const asked = startOf(frame);
  if (asked > 0 || new URLSearchParams(location.search).has("t")) return { at: asked, resumed: false };
  const found = positions().find(([file]) => file === frame.dataset["file"]);
  return found ? { at: found[1], resumed: true } : { at: 0, resumed: false };
}

/** Keeps where the person is, while it plays and when they leave. */
export function remember(frame: HTMLElement, media: HTMLMediaElement): void {
  const file = frame.dataset["file"] ?? "";
  if (!file) return;
  let kept = -1;
  const store = () => {
    const at = Math.floor(media.currentTime);
    if (!media.duration || at === kept || media.played.length === 0) return;
    kept = at;
    const others = positions().filter(([name]) => name !== file);
    const finished = media.ended || media.duration - at < Math.min(rest, media.duration / 10);
    if (at >= Math.min(begun, media.duration / 4) && !finished) others.push([file, at]);
    keep(key, others.length > 0 ? JSON.stringify(others.slice(-most)) : "");
  };
  media.addEventListener("timeupdate", () => {
    if (Math.abs(media.currentTime - kept) >= 5) store();
  });
  for (const name of ["pause", "ended"]) media.addEventListener(name, store);
  addEventListener("pagehide", store);
}

/** Says that the recording goes on from where the person stopped, with a button that begins it anew. */
export function tellResumed(frame: HTMLElement, at: number, restart: () => void): void {
  const word = words(frame);
  const said = make("p");
  said.textContent = word("resumed").replace("{time}", clock(at));
  const button = make("button", { type: "button" });
  button.textContent = word("from-start");
  const note = make("div", { class: "resumed", role: "status" }, said, button);
  button.addEventListener("click", () => {
    note.remove();
    restart();
  });
  frame.after(note);
}
