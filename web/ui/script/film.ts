import { dressable } from "./adopt";
import { make, seekLinks, speak, startOf } from "./controls";
import { words } from "./words";

/** Gives a native <video> adaptive streaming and controls in the look and language of the site. */
export async function film(frame: HTMLElement): Promise<void> {
  const video = frame.querySelector("video");
  if (!video) return;
  seekLinks(video);
  const start = startOf(frame);
  await stream(video, frame.dataset["hls"] ?? "", start);
  // Moving the element would stop what plays: whoever was quicker than this script keeps the native controls.
  if (dressable && video.paused) await dress(frame, video);
}

/** Chooses how the film travels: natively where the system plays HLS, through media source extensions elsewhere, and as
 * one file when neither works. */
async function stream(video: HTMLVideoElement, playlist: string, start: number): Promise<void> {
  if (!playlist || !video.paused) return beginAt(video, start);
  if (nativelyPlayed(video)) {
    video.src = start ? `${playlist}#t=${start}` : playlist;
    return;
  }
  const { default: Hls } = await import("hls.js/light");
  if (!Hls.isSupported() || !video.paused) return beginAt(video, start);
  const file = video.querySelector<HTMLSourceElement>('source[type="video/mp4"]')?.src ?? "";
  // No worker: it would be loaded from a blob: address, which the policy forbids.
  const hls = new Hls({
    autoStartLoad: false,
    enableWorker: false,
    startPosition: start || -1,
    capLevelToPlayerSize: true,
    maxBufferLength: 30,
  });
  hls.on(Hls.Events.ERROR, (_event, failure) => {
    if (!failure.fatal) return;
    hls.destroy();
    if (!file) return;
    const at = video.currentTime;
    const playing = !video.paused;
    video.src = at ? `${file}#t=${at}` : file;
    if (playing) void video.play().catch(() => undefined);
  });
  for (const source of video.querySelectorAll("source")) source.remove();
  hls.loadSource(playlist);
  hls.attachMedia(video);
  // The poster costs nothing; the film's bytes travel when somebody wants it.
  const load = () => hls.startLoad(start || -1);
  if (start) load();
  else video.addEventListener("play", load, { once: true });
}

function beginAt(video: HTMLVideoElement, start: number): void {
  if (start && video.currentTime < 1) video.currentTime = start;
}

/** Safari plays HLS itself and better than any script: it alone has ManagedMediaSource, or no MediaSource at all. */
function nativelyPlayed(video: HTMLVideoElement): boolean {
  if (!video.canPlayType("application/vnd.apple.mpegurl")) return false;
  return "ManagedMediaSource" in window || !("MediaSource" in window);
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
  if (video.textTracks.length > 0) bar.append(make("media-captions-button"));
  bar.append(make("media-fullscreen-button"));
  const controller = make("media-controller", { lang: language, defaultduration: frame.dataset["duration"] ?? "" });
  const first = make("media-play-button", { slot: "centered-chrome", class: "stage-first" });
  video.addEventListener("play", () => first.remove(), { once: true });
  controller.append(
    first,
    make("media-loading-indicator", { slot: "centered-chrome" }),
    make("media-error-dialog", { slot: "dialog" }),
    make("media-control-bar", { class: "stage-seek" }, make("media-time-range")),
    bar,
  );
  frame.replaceChildren(controller);
  video.controls = false;
  video.slot = "media";
  controller.prepend(video);
}
