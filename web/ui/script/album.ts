import { Deck, deckOf } from "./deck";
import { Line, lineUp } from "./line";
import type { Track } from "./queue";

let line: Line | undefined;

/** The line of this page, undefined where recordings cannot be put together. */
export function lineHere(): Line | undefined {
  return (line ??= lineUp() ? new Line() : undefined);
}

/** Whether two recordings belong together, so that nothing may lie between them: those of one work. */
export function together(a: Track | undefined, b: Track | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b && a.page === b.page;
}

/** Lets an element play its recording on the line of this page, from an instant on, if that can be. Without it, or when that fails,
 * alone prepares the element to play by itself. */
export function onLine(track: Track, audio: HTMLAudioElement, at: number, alone: (at: number) => Promise<unknown>): boolean {
  const source = track.sources.find((s) => s.type === "audio/mp4");
  const here = source && lineHere();
  if (!source || !here) return false;
  new Deck(here, audio, source.src, at, alone);
  return true;
}

/** Whether the second of two elements begins by itself, without a gap, when the first has ended. */
export function flows(first: HTMLAudioElement | undefined, second: HTMLAudioElement | undefined): boolean {
  const [a, b] = [first && deckOf(first), second && deckOf(second)];
  return a !== undefined && b !== undefined && a.line === b.line;
}
