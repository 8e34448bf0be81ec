import { clock } from "./clock";
import { keep, recall } from "./keep";
import { copyText } from "./share";
import type { Reel, Sizes } from "./stream";
import type { Trip } from "./trouble";
import { words } from "./words";

/** Whether this person saves data: as they chose on this device, else as their browser says. */
export function saving(): boolean {
  const chosen = recall("saver");
  const line = (navigator as Navigator & { connection?: { saveData?: boolean } }).connection;
  return chosen ? chosen === "on" : line?.saveData === true;
}

/** Lets the buttons below a film do what they say. The reel comes to tell in which sizes it can be had. */
export function tools(frame: HTMLElement, video: HTMLVideoElement, reel: Reel, trip: Trip): void {
  const bar = frame.closest("[data-stage]")?.querySelector<HTMLElement>("[data-tools]");
  if (!bar) return;
  bar.hidden = false;
  const said = (sentence: string) => {
    const place = bar.querySelector("[data-said]");
    if (place) place.textContent = sentence;
  };
  const word = words(frame);
  speed(bar, video);
  captionSize(bar, frame);
  pictureInPicture(bar, video);
  shareMoment(bar, video, said);
  const quality = qualities(bar);
  reel.sized = quality.sizes;
  saver(bar, (on) => {
    quality.save();
    said(word(on ? "saver-on" : "saver-off"));
  });
  const alone: Reel = { media: video, playlist: frame.dataset["sound"] ?? "", files: [], thrifty: saving, sized: quality.sizes };
  listening(bar.querySelector("[data-listen]"), { watched: reel, heard: alone }, trip, (on) => {
    frame.toggleAttribute("data-listening", on);
    said(word(on ? "listening" : "watching"));
  });
}

function speed(bar: HTMLElement, video: HTMLVideoElement): void {
  const list = bar.querySelector<HTMLSelectElement>("[data-speed]");
  list?.addEventListener("change", () => {
    video.defaultPlaybackRate = Number(list.value); // a new source would begin at this one
    video.playbackRate = Number(list.value);
  });
  video.addEventListener("ratechange", () => {
    if (list && [...list.options].some((o) => Number(o.value) === video.playbackRate)) list.value = String(video.playbackRate);
  });
}

function captionSize(bar: HTMLElement, frame: HTMLElement): void {
  const list = bar.querySelector<HTMLSelectElement>("[data-caption-size]");
  if (!list) return;
  const set = (size: string) => (frame.dataset["cueSize"] = size);
  const known = recall("caption-size");
  if ([...list.options].some((o) => o.value === known)) list.value = known;
  set(list.value);
  list.addEventListener("change", () => {
    keep("caption-size", list.value);
    set(list.value);
  });
}

function pictureInPicture(bar: HTMLElement, video: HTMLVideoElement): void {
  const button = bar.querySelector<HTMLButtonElement>("[data-pip]");
  if (!button || !document.pictureInPictureEnabled) return;
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const change = document.pictureInPictureElement ? document.exitPictureInPicture() : video.requestPictureInPicture();
    change.catch(() => undefined); // nothing to see yet
  });
  video.addEventListener("enterpictureinpicture", () => button.setAttribute("aria-pressed", "true"));
  video.addEventListener("leavepictureinpicture", () => button.setAttribute("aria-pressed", "false"));
}

function shareMoment(bar: HTMLElement, video: HTMLVideoElement, said: (s: string) => void): void {
  const button = bar.querySelector<HTMLButtonElement>("[data-copy-at]");
  button?.addEventListener("click", () => {
    const at = Math.floor(video.currentTime);
    const address = new URL(button.dataset["copyAt"] ?? location.href, location.href);
    address.searchParams.set("t", String(at));
    void copyText(address.href).then((done) => said(done ? (button.dataset["done"] ?? "").replace("{time}", clock(at)) : address.href));
  });
}

function saver(bar: HTMLElement, changed: (on: boolean) => void): void {
  const button = bar.querySelector<HTMLButtonElement>("[data-saver]");
  if (!button) return;
  const show = () => button.setAttribute("aria-pressed", String(saving()));
  show();
  button.addEventListener("click", () => {
    keep("saver", saving() ? "off" : "on");
    show();
    changed(saving());
  });
}

/** The list of sizes, shown where there are several. */
function qualities(bar: HTMLElement): { sizes: (s: Sizes | undefined) => void; save: () => void } {
  const choice = bar.querySelector<HTMLElement>("[data-quality-choice]");
  const list = choice?.querySelector<HTMLSelectElement>("[data-quality]");
  let now: Sizes | undefined;
  list?.addEventListener("change", () => now?.choose(Number(list.value)));
  const sizes = (s: Sizes | undefined) => {
    now = s;
    if (!choice || !list) return;
    while (list.options.length > 1) list.remove(1);
    const heights = s?.heights ?? [];
    heights.forEach((height, index) => list.add(new Option(`${height}p`, String(index))));
    list.value = "-1";
    choice.hidden = heights.length < 2;
  };
  const save = () => {
    now?.save();
    if (list && saving()) list.value = "-1";
  };
  return { sizes, save };
}

/** The same film as it is watched and as it is listened to. */
interface Ways {
  watched: Reel;
  heard: Reel;
}

/** Lets the sound travel alone: hls.js drops variants without a picture where there are others, so that the playlist of the
 * sounds is opened by itself. In it the line, or the wish to save data, chooses between a better sound and a smaller one. */
function listening(button: HTMLElement | null, ways: Ways, trip: Trip, changed: (on: boolean) => void): void {
  const { media } = ways.watched;
  let heard = false;
  const change = async () => {
    heard = !heard;
    button?.setAttribute("aria-pressed", String(heard));
    changed(heard);
    const [at, plays] = [media.currentTime, heard || !media.paused];
    await trip.depart(heard ? ways.heard : ways.watched, at);
    if (plays) await media.play();
  };
  button?.addEventListener("click", () => void change().catch(() => undefined));
}
