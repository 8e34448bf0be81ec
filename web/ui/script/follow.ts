import { make } from "./dom";

/** How long, in milliseconds, the list is left alone after somebody moved it. */
const patience = 5000;

/** Lets the words of a recording follow it: each line by itself, the one that is sung marked and in sight. Where their times do not come
 * the passages stay as the page has them. */
export function follow(frame: HTMLElement, audio: HTMLAudioElement): void {
  const room = frame.closest(".recording") ?? document;
  for (const element of audio.querySelectorAll("track")) {
    const list = room.querySelector<HTMLElement>(`ol[data-script="${CSS.escape(element.srclang)}"]`);
    if (!list || list.dataset["followed"] !== undefined) continue;
    list.dataset["followed"] = "";
    element.addEventListener("load", () => lines(list, element.track, frame.dataset["file"] ?? ""), { once: true });
    element.track.mode = "hidden"; // asks for it without showing it
  }
}

function lines(list: HTMLElement, track: TextTrack, file: string): void {
  const cues = [...(track.cues ?? [])].filter((c): c is VTTCue => c instanceof VTTCue);
  if (cues.length === 0) return;
  const spoken = list.querySelector("a span:last-child")?.getAttribute("lang");
  const page = list.querySelector("a")?.getAttribute("href") ?? "";
  const rows = new Map<TextTrackCue, HTMLElement>();
  list.replaceChildren(...cues.map((cue) => {
    const row = line(cue, { file, page, language: spoken ?? "" });
    rows.set(cue, row);
    return row;
  }));
  list.classList.add("following");
  let moved = -patience;
  for (const name of ["wheel", "touchmove", "keydown"]) list.addEventListener(name, () => (moved = performance.now()), { passive: true });
  track.addEventListener("cuechange", () => {
    for (const now of list.querySelectorAll("[aria-current]")) now.removeAttribute("aria-current");
    const active = [...(track.activeCues ?? [])].map((c) => rows.get(c)).filter((r) => r !== undefined);
    for (const row of active) row.firstElementChild?.setAttribute("aria-current", "true");
    if (active[0] && performance.now() - moved > patience) bring(list, active[0]);
  });
}

function line(cue: VTTCue, of: { file: string; page: string; language: string }): HTMLElement {
  const words = make("span", of.language ? { lang: of.language } : {});
  words.textContent = cue.getCueAsHTML().textContent;
  const time = make("span", { class: "num" });
  const whole = Math.floor(cue.startTime);
  time.textContent = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  const href = of.page.replace(/([?&]t=)[0-9.]+/, `$1${whole}`);
  return make("li", {}, make("a", { href, "data-seek": String(cue.startTime), "data-of": of.file }, time, words));
}

/** Moves the list, never the page. */
function bring(list: HTMLElement, row: HTMLElement): void {
  const top = row.offsetTop - list.offsetTop - (list.clientHeight - row.clientHeight) / 2;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  list.scrollTo({ top, behavior: still ? "auto" : "smooth" });
}
