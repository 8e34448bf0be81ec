import { dressable } from "./adopt";
import { onLine, together } from "./album";
import { make, speak } from "./controls";
import { deckOf } from "./deck";
import { follow } from "./follow";
import type { Desk } from "./listen";
import { placeOf, remember } from "./resume";
import { session } from "./session";
import { reelOf } from "./stream";
import { begin } from "./trouble";
import { waveform } from "./waveform";
import { words } from "./words";

/** Lets the songs of an album follow one another without a gap. A single recording plays by itself. */
export function decked(desk: Desk, desks: Desk[]): void {
  const { track, audio } = desk;
  const frame = audio.closest<HTMLElement>("[data-recording]");
  if (!frame || !desks.some((d) => together(d.track, track)) || !audio.paused) return; // somebody was quicker than this script
  onLine(track, audio, placeOf(frame).at, (at) => begin(frame, reelOf(audio), at));
}

/** Gives a native <audio> a large button and a waveform to seek in. */
export async function recording(frame: HTMLElement): Promise<void> {
  const audio = frame.querySelector("audio");
  if (!audio) return;
  follow(audio);
  session(frame, audio);
  remember(frame, audio);
  if (!deckOf(audio)) await begin(frame, reelOf(audio), placeOf(frame).at);
  if (!dressable) return;
  const language = frame.dataset["language"] ?? "vi";
  speak(language, words(frame));
  await import("./parts");
  if (!audio.paused) return; // whoever was quicker keeps the native controls
  const wave = make("div", { class: "recording-wave" }, make("media-time-range"));
  const bar = make("div", { class: "recording-bar" }, make("media-play-button"), wave, make("media-time-display", { showduration: "", notoggle: "" }));
  if (frame.dataset["spoken"] !== undefined) {
    bar.append(make("media-playback-rate-button", { rates: "0.8 1 1.25 1.5 2" }));
    bar.classList.add("spoken");
  }
  const controller = make("media-controller", { audio: "", lang: language, defaultduration: frame.dataset["duration"] ?? "" });
  controller.append(bar);
  controller.querySelector("media-time-display")?.setAttribute("role", "timer"); // a name on what has no role is not heard
  frame.replaceChildren(controller);
  audio.controls = false;
  audio.slot = "media";
  controller.prepend(audio);
  audio.preload = "metadata";
  const address = frame.dataset["waveform"];
  if (address) await waveform(wave, audio, address);
}
