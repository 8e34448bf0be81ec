import { dressable } from "./adopt";
import { make, speak } from "./controls";
import { follow } from "./follow";
import { openBeside } from "./open";
import { placeOf, remember, tellResumed } from "./resume";
import { session } from "./session";
import { reelOf, type Reel } from "./stream";
import { saving, tools } from "./tools";
import { tripOf } from "./trouble";
import { words } from "./words";

/** Gives a native <video> adaptive streaming and controls in the look and language of the site. */
export async function film(frame: HTMLElement): Promise<void> {
  const video = frame.querySelector("video");
  if (!video) return;
  openBeside(frame.closest("[data-stage]"));
  follow(video);
  session(frame, video);
  remember(frame, video);
  const place = placeOf(frame);
  const trip = tripOf(frame);
  const reel: Reel = { ...reelOf(video, frame.dataset["hls"]), early: !place.resumed, thrifty: saving };
  tools(frame, video, reel, trip);
  if (place.resumed && video.paused) {
    tellResumed(frame, place.at, () => {
      void trip.depart(reel, 0).then(() => video.play()).catch(() => undefined);
    });
  }
  await trip.depart(reel, place.at);
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
    make("media-time-display", { showduration: "", notoggle: "" }),
    make("span", { class: "stage-gap" }),
    make("media-mute-button"),
    make("media-volume-range"),
  );
  if ([...video.textTracks].some((track) => track.kind === "captions")) bar.append(make("media-captions-button"));
  bar.append(make("media-fullscreen-button"));
  // The list of shortcuts that "?" opens speaks English only: ours stands below the film.
  const controller = make("media-controller", { lang: language, defaultduration: frame.dataset["duration"] ?? "", hotkeys: "noshift+/" });
  const first = make("media-play-button", { slot: "centered-chrome", class: "stage-first" });
  video.addEventListener("play", () => first.remove(), { once: true });
  controller.append(
    first,
    make("media-loading-indicator", { slot: "centered-chrome" }),
    make("media-control-bar", { class: "stage-seek" }, make("media-time-range")),
    bar,
  );
  frame.replaceChildren(controller);
  // media-chrome says "button" of both, of which one is no button and the other has two states.
  controller.querySelector("media-time-display")?.setAttribute("role", "timer");
  controller.querySelector("media-captions-button")?.setAttribute("role", "switch");
  video.controls = false;
  video.slot = "media";
  controller.prepend(video);
}
