import { dressable } from "./adopt";
import { make, seekLinks, speak, startOf } from "./controls";
import { reelOf } from "./stream";
import { begin } from "./trouble";
import { words } from "./words";

/** Gives a native <video> adaptive streaming and controls in the look and language of the site. */
export async function film(frame: HTMLElement): Promise<void> {
  const video = frame.querySelector("video");
  if (!video) return;
  seekLinks(video);
  await begin(frame, reelOf(video, frame.dataset["hls"]), startOf(frame));
  // Moving the element would stop what plays: whoever was quicker than this script keeps the native controls.
  if (dressable && video.paused) await dress(frame, video);
}

async function dress(frame: HTMLElement, video: HTMLVideoElement): Promise<void> {
  const language = frame.dataset["language"] ?? "vi";
  speak(language, words(frame));
  await import("./parts");
  const bar = make(
    "media-control-bar",
    { class: "stage-buttons" },
    make("media-play-button"),
    make("media-seek-backward-button", { seekoffset: "10" }),
    make("media-time-display", { showduration: "" }),
    make("span", { class: "stage-gap" }),
    make("media-mute-button"),
    make("media-volume-range"),
  );
  if ([...video.textTracks].some((track) => track.kind === "captions")) bar.append(make("media-captions-button"));
  bar.append(make("media-fullscreen-button"));
  const controller = make("media-controller", { lang: language, defaultduration: frame.dataset["duration"] ?? "" });
  const first = make("media-play-button", { slot: "centered-chrome", class: "stage-first" });
  video.addEventListener("play", () => first.remove(), { once: true });
  controller.append(
    first,
    make("media-loading-indicator", { slot: "centered-chrome" }),
    make("media-control-bar", { class: "stage-seek" }, make("media-time-range")),
    bar,
  );
  frame.replaceChildren(controller);
  video.controls = false;
  video.slot = "media";
  controller.prepend(video);
}
