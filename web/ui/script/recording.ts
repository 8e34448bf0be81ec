import { dressable } from "./adopt";
import { make, speak } from "./controls";
import { follow } from "./follow";
import { placeOf, remember } from "./resume";
import { session } from "./session";
import { reelOf } from "./stream";
import { begin } from "./trouble";
import { waveform } from "./waveform";
import { words } from "./words";

/** Gives a native <audio> a large button and a waveform to seek in. */
export async function recording(frame: HTMLElement): Promise<void> {
  const audio = frame.querySelector("audio");
  if (!audio) return;
  follow(audio);
  session(frame, audio);
  remember(frame, audio);
  await begin(frame, reelOf(audio), placeOf(frame).at);
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
  frame.replaceChildren(controller);
  audio.controls = false;
  audio.slot = "media";
  controller.prepend(audio);
  audio.preload = "metadata";
  const address = frame.dataset["waveform"];
  if (address) await waveform(wave, audio, address);
}
