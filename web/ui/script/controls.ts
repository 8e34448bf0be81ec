import { addTranslation, setLanguage } from "media-chrome/dist/utils/i18n.js";
import type { Words } from "./words";

export { make } from "./dom";

/** What media-chrome calls a thing, and the key under which the site's catalogue does. */
const names: Record<string, string> = {
  Play: "play",
  play: "play",
  Pause: "pause",
  pause: "pause",
  Mute: "mute",
  mute: "mute",
  Unmute: "unmute",
  unmute: "unmute",
  volume: "volume",
  seek: "seek",
  "seek back {seekOffset} seconds": "seek-back",
  "Seek backward": "seek-back",
  "Enter fullscreen mode": "fullscreen",
  "enter fullscreen mode": "fullscreen",
  "Exit fullscreen mode": "fullscreen-exit",
  "exit fullscreen mode": "fullscreen-exit",
  Captions: "captions",
  "closed captions": "captions",
  "Enable captions": "captions-on",
  "Disable captions": "captions-off",
  Off: "off",
  "audio player": "audio",
  "video player": "video",
  "media loading": "loading",
  "playback time": "time",
  "{currentTime} of {totalTime}": "time-of",
  "{time} remaining": "remaining",
  "video not loaded, unknown time.": "unknown-time",
  "chapter: {chapterName}": "chapter",
  "Playback rate {playbackRate}": "rate",
  "Playback rate": "rate-name",
  hour: "hour",
  hours: "hours",
  minute: "minute",
  minutes: "minutes",
  second: "second",
  seconds: "seconds",
};

/** Makes the controls speak the page's language. Must run before the first of them is made. */
export function speak(language: string, word: Words): void {
  const table: Record<string, string> = {};
  for (const [theirs, ours] of Object.entries(names)) table[theirs] = word(ours);
  addTranslation(language, table);
  setLanguage(language);
}

/** The instant at which the reader asked this recording to begin, in seconds. The page knows which one an address means. */
export function startOf(frame: HTMLElement): number {
  const seconds = Number.parseFloat(frame.dataset["start"] ?? "0");
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
