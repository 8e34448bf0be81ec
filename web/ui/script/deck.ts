import type { Line, Player } from "./line";

/** Lets an <audio> element speak for a recording on a line: whoever plays, pauses, seeks in or listens to the element does so with the
 * line's own. The element loads nothing but the beginning of its file, for its length. */
export class Deck implements Player {
  private at: number; // where it stands while the line plays something else
  private done = false;
  private readonly own = ["play", "pause", "paused", "ended", "currentTime", "seeking", "readyState", "played"];

  constructor(
    readonly line: Line,
    readonly audio: HTMLAudioElement,
    readonly source: string,
    at: number,
    private readonly alone: (at: number) => Promise<unknown>, // prepares the element to play by itself
  ) {
    this.at = at;
    decks.set(audio, this);
    const native = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "readyState");
    const properties: Record<string, PropertyDescriptor> = {
      play: { value: () => this.play() },
      pause: { value: () => this.active && line.audio.pause() },
      paused: { get: () => !this.active || line.audio.paused },
      ended: { get: () => this.done || (this.active && line.audio.ended) },
      currentTime: { get: () => this.second, set: (second: number) => this.seek(second) },
      seeking: { get: () => this.active && line.audio.seeking },
      readyState: { get: () => (this.active ? line.audio.readyState : (native?.get?.call(audio) as number)) },
      played: { get: () => line.audio.played },
    };
    for (const name of this.own) Object.defineProperty(audio, name, { ...properties[name], configurable: true });
    audio.addEventListener("ratechange", () => this.active && (line.audio.playbackRate = audio.playbackRate));
    audio.addEventListener("volumechange", () => this.active && this.loud());
  }

  get active(): boolean {
    return this.line.active === this;
  }

  heard(event: string): void {
    if (event === "play") {
      this.done = false;
      this.audio.playbackRate = this.line.audio.playbackRate;
    }
    if (event === "pause") this.at = this.second;
    this.audio.dispatchEvent(new Event(event));
  }

  left(): void {
    this.done = true;
    this.at = this.audio.duration || this.at;
    for (const event of ["timeupdate", "pause", "ended"]) this.audio.dispatchEvent(new Event(event));
  }

  lost(at: number, playing: boolean): void {
    for (const name of this.own) Reflect.deleteProperty(this.audio, name);
    decks.delete(this.audio);
    void this.alone(at)
      .then(() => (playing ? this.audio.play() : undefined))
      .catch(() => this.audio.dispatchEvent(new Event("pause")));
  }

  private get second(): number {
    return this.active ? this.line.second : this.at;
  }

  private play(): Promise<void> {
    if (!this.active || this.line.audio.ended) {
      this.line.audio.playbackRate = this.audio.playbackRate;
      this.line.open(this, this.done || this.active ? 0 : this.at);
      this.loud();
    }
    this.done = false;
    return this.line.audio.play();
  }

  private seek(second: number): void {
    this.done = false;
    this.at = Math.max(0, second);
    if (this.active) this.line.second = this.at;
    else for (const event of ["seeking", "timeupdate", "seeked"]) this.audio.dispatchEvent(new Event(event));
  }

  private loud(): void {
    [this.line.audio.volume, this.line.audio.muted] = [this.audio.volume, this.audio.muted];
  }
}

const decks = new WeakMap<HTMLAudioElement, Deck>();

/** The deck that an element speaks for, if it does. */
export function deckOf(audio: HTMLAudioElement): Deck | undefined {
  return decks.get(audio);
}
