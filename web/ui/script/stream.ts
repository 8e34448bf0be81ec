import type HlsPlayer from "hls.js";

import { mended } from "./mend";

/** A film or recording and where it can be had from. */
export interface Reel {
  media: HTMLMediaElement;
  playlist: string; // address of the HLS playlist, "" for none
  files: string[]; // addresses of the whole as one file, the best first
  early?: boolean; // whether the beginning is loaded before somebody wants to play it
  thrifty?: () => boolean; // whether this person wants to save data
  sized?: (sizes: Sizes | undefined) => void; // called when it is known in which sizes it comes; undefined when that is over
}

/** The sizes between which a script may choose. */
export interface Sizes {
  heights: number[]; // in pixels, ascending; none of a sound alone
  choose: (index: number) => void; // -1: as the line allows
  save: () => void; // takes heed that the wish to save data has changed
}

const thriftyHeight = 360; // pixels

/** Reads what the page offers: the files among the sources that this browser can play, and the playlist if one is named. */
export function reelOf(media: HTMLMediaElement, playlist = ""): Reel {
  const files = [...media.querySelectorAll("source")].filter((s) => s.type !== hlsType && media.canPlayType(s.type) !== "");
  return { media, playlist, files: files.map((s) => s.src.replace(/#.*/, "")) };
}

const hlsType = "application/vnd.apple.mpegurl";

/** Starts a way for a reel to travel, beginning at an instant in seconds. It calls failed when nothing comes that way, and
 * returns what ends the way. */
type Way = (reel: Reel, at: number, failed: () => void) => () => void;

/** Lets the reel travel the best way that works, and the next one from the same instant when that fails. Calls lost with the
 * instant when none is left. Returns what ends it. */
export async function stream(reel: Reel, at: number, lost: (at: number) => void): Promise<() => void> {
  const { media } = reel;
  const wanted = wish(media);
  let stop = () => {};
  const take = ([way, ...others]: Way[], from: number): void => {
    if (!way) return lost(from);
    let over = false;
    let end = () => {};
    stop = () => {
      over = true;
      end();
    };
    end = way(reel, from, () => {
      if (over) return;
      over = true;
      const [reached, playing] = [media.currentTime || from, wanted()]; // taking the source away resets both
      end();
      take(others, reached);
      if (playing && others.length > 0) void media.play().catch(() => undefined);
    });
  };
  const ways = await waysOf(reel);
  // Whoever was quicker than this script keeps what plays.
  const plays = !media.paused && media.networkState !== HTMLMediaElement.NETWORK_NO_SOURCE;
  take(plays ? [asItStands, ...ways] : ways, at);
  return () => stop();
}

/** Tells whether the person wants it to play. Not what media.paused says: an error and a new source pause it, too. */
function wish(media: HTMLMediaElement): () => boolean {
  let wanted = !media.paused;
  media.addEventListener("play", () => (wanted = true));
  media.addEventListener("pause", () => (wanted = false));
  return () => wanted;
}

/** The ways that are open here, the best first: HLS natively where the system plays it, through media source extensions
 * elsewhere, and whole files. */
async function waysOf({ media, playlist, files }: Reel): Promise<Way[]> {
  const ways: Way[] = [];
  if (playlist && nativelyPlayed(media)) ways.push(from(playlist));
  else if (playlist) ways.push(...(await byScript()));
  return [...ways, ...files.map(from)];
}

/** Safari plays HLS itself and better than any script: it alone has ManagedMediaSource, or no MediaSource at all. */
function nativelyPlayed(media: HTMLMediaElement): boolean {
  if (!media.canPlayType(hlsType)) return false;
  return "ManagedMediaSource" in window || !("MediaSource" in window);
}

/** The browser's own choice among the sources on the page; after the last of them it has failed. */
function asItStands({ media }: Reel, _at: number, failed: () => void): () => void {
  const last = [...media.querySelectorAll("source")].pop();
  const look = (event: Event) => {
    if (event.target === media || event.target === last) failed();
  };
  media.addEventListener("error", look, true);
  return () => media.removeEventListener("error", look, true);
}

/** One address for the element itself. Its <source> elements go: Chromium reports no failure of theirs once the player has
 * been moved into its controls. */
function from(address: string): Way {
  return ({ media }, at, failed) => {
    dropSources(media);
    media.addEventListener("error", failed);
    media.src = at ? `${address}#t=${at}` : address;
    return () => media.removeEventListener("error", failed);
  };
}

/** The way through hls.js, none where it does not run. The whole build and not the light one: that plays no sound that
 * travels apart from the picture, and ours does. */
async function byScript(): Promise<Way[]> {
  const { default: Hls } = await import("hls.js");
  if (!Hls.isSupported()) return [];
  const way: Way = ({ media, playlist, early, thrifty, sized }, at, failed) => {
    // No worker: it would be loaded from a blob: address, which the policy forbids.
    const hls = new Hls({
      ...mended(Hls),
      autoStartLoad: false,
      enableWorker: false,
      startPosition: at || -1,
      startLevel: 0, // the smallest: on a slow line it begins seconds earlier, on a fast one it is over after two seconds of film
      capLevelToPlayerSize: true,
      maxBufferLength: thrifty?.() ? 10 : 30,
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      const sizes = sizesOf(hls, thrifty);
      sized?.(sizes);
    });
    hls.on(Hls.Events.ERROR, (_event, failure) => {
      if (failure.fatal) failed();
    });
    // hls.js takes segments without a length for none, and waits for ever.
    const measure = (_event: string, { details }: { details: { totalduration: number } }) => {
      if (!(details.totalduration > 0)) failed();
    };
    hls.on(Hls.Events.LEVEL_LOADED, measure);
    hls.on(Hls.Events.AUDIO_TRACK_LOADED, measure);
    media.addEventListener("error", failed); // what the decoder refuses
    // From an instant that is not there it begins anew: hls.js would hold the sound back until the picture has come, if it waited for
    // the picture when somebody leapt.
    const leap = () => {
      if (!hls.loadingEnabled || holds(media, media.currentTime)) return;
      hls.stopLoad();
      hls.nextAutoLevel = 0;
      hls.startLoad(media.currentTime, true);
    };
    media.addEventListener("seeking", leap);
    dropSources(media);
    hls.loadSource(playlist);
    hls.attachMedia(media);
    // The poster costs nothing; the film's bytes travel when somebody wants it.
    const load = () => hls.startLoad(media.currentTime || at || -1);
    if (at && early && !thrifty?.()) load();
    else media.addEventListener("play", load, { once: true });
    const rest = renewal(playlist, (newer) => {
      if (!media.paused) return; // at the next pause
      const reached = media.currentTime;
      hls.once(Hls.Events.MANIFEST_PARSED, () => hls.startLoad(reached || -1));
      hls.loadSource(newer);
      media.removeEventListener("pause", rest);
    });
    media.addEventListener("pause", rest);
    return () => {
      media.removeEventListener("pause", rest);
      media.removeEventListener("play", load);
      media.removeEventListener("error", failed);
      media.removeEventListener("seeking", leap);
      sized?.(undefined);
      hls.destroy();
    };
  };
  return [way];
}

/** The address of what plays early of a film, until all its sizes are made. */
const early = /^\/media\/([a-z2-7]{12})\/([a-z2-7]{12})\/hls-v\d+\//;

const askAgain = 30_000; // milliseconds between two questions

/** What looks, when called, whether a film that plays early is there in all its sizes by now. It calls renewed with their address. */
function renewal(playlist: string, renewed: (newer: string) => void): () => void {
  const [, work, file] = early.exec(playlist) ?? [];
  let asked = -askAgain;
  return () => {
    if (!work || performance.now() - asked < askAgain) return;
    asked = performance.now();
    void newest(work, `/media/${work}/${file}/`).then((newer) => {
      if (newer && newer !== playlist) renewed(newer);
    });
  };
}

/** The address of the HLS that is offered now of the film below an address, "" when that cannot be told. */
async function newest(work: string, below: string): Promise<string> {
  try {
    const answer = await fetch(`/api/v1/works/${work}`);
    const { media }: { media: { kind: string; url: string }[] } = await answer.json();
    const paths = media.filter((m) => m.kind === "hls").map((m) => new URL(m.url, location.href).pathname);
    return paths.find((path) => path.startsWith(below)) ?? "";
  } catch {
    return ""; // it goes on as it is
  }
}

/** What may be chosen of an HLS stream. To save data it takes no size above 360 lines, or the smallest, and of sounds the lowest. */
function sizesOf(hls: HlsPlayer, thrifty?: () => boolean): Sizes {
  const heights = hls.levels.map((level) => level.height).filter((height) => height > 0);
  const save = () => {
    const small = heights.filter((height) => height <= thriftyHeight).length;
    hls.capLevelToPlayerSize = !thrifty?.(); // which would lift the bound below a second later
    hls.autoLevelCapping = thrifty?.() ? Math.max(0, small - 1) : -1;
    if (thrifty?.()) hls.nextLevel = -1;
  };
  save();
  return { heights, choose: (index) => (hls.nextLevel = index), save };
}

/** Reports whether what is played at an instant is there. */
function holds({ buffered }: HTMLMediaElement, at: number): boolean {
  for (let i = 0; i < buffered.length; i++) if (buffered.start(i) <= at && at < buffered.end(i)) return true;
  return false;
}

function dropSources(media: HTMLMediaElement): void {
  for (const source of media.querySelectorAll("source")) source.remove();
}
