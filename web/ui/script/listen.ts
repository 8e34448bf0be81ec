import { flows, lineHere, onLine, together } from "./album";
import { deckOf } from "./deck";
import { latency, learnLatency } from "./latency";
import type { Player } from "./line";
import { bar, type Bar } from "./listening";
import { readQueue, writeQueue, type Queue, type Track } from "./queue";
import { words } from "./words";

/** A player on this page and the recording it offers. */
export interface Desk {
  track: Track;
  audio: HTMLAudioElement;
}

/** How long before its end, in seconds, the next recording is fetched, and from when on its start is awaited to the thousandth. */
const fetchAhead = 20;
const awaitEnd = 0.7;

/** Plays what is listened to from page to page: by the player on the page of the recording, elsewhere in a bar at the foot. */
export function listen(place: HTMLElement, desks: Desk[]): void {
  new Listening(place, desks).resume();
}

class Listening {
  private queue: Queue | undefined;
  private voice: HTMLAudioElement | undefined; // what plays the track at queue.at
  private following: HTMLAudioElement | undefined; // what will play the next one
  private attached = new AbortController();
  private handover: ReturnType<typeof setTimeout> | undefined;
  private readonly bar: Bar;

  constructor(
    place: HTMLElement,
    private readonly desks: Desk[],
  ) {
    this.bar = bar(place, words(place), {
      toggle: () => this.toggle(),
      seek: (second) => this.seek(second),
      step: (by) => this.go((this.queue?.at ?? 0) + by, true),
      close: () => this.close(),
      jump: (at) => this.go(at, true),
      move: (at, by) => this.move(at, by),
      remove: (at) => this.remove(at),
      clear: () => this.clear(),
    });
    for (const desk of desks) {
      learnLatency(desk.audio);
      desk.audio.addEventListener("play", () => this.takeUp(desk));
    }
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-enqueue]")) this.offer(button);
    const line = lineHere();
    if (line) line.follows = (player) => this.onLineAfter(player);
    addEventListener("pagehide", () => this.keep());
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.resume(); // another page may have gone on meanwhile
    });
  }

  /** Goes on where the page before this one was left. */
  resume(): void {
    this.queue = readQueue();
    const quicker = this.desks.find((d) => !d.audio.paused);
    if (quicker) return this.takeUp(quicker); // somebody pressed before this script came
    const queue = this.queue;
    const track = queue?.tracks[queue.at];
    if (!queue || !track) return this.bar.hide();
    const desk = this.deskOf(track);
    const audio = desk?.audio ?? this.voiceOf(queue, queue.at, queue.second);
    if (!audio) return this.drop();
    const playing = queue.playing; // attaching keeps what the element does, which is nothing yet
    this.attach(audio);
    if (playing) this.start(audio);
  }

  private deskOf(track: Track | undefined): Desk | undefined {
    return this.desks.find((d) => d.track.file === track?.file);
  }

  /** A player on this page was started: it is what is listened to now. */
  private takeUp(desk: Desk): void {
    if (this.voice === desk.audio) return;
    this.voice?.pause();
    const tracks = this.queue?.tracks ?? [];
    const known = tracks.findIndex((t) => t.file === desk.track.file);
    if (this.queue && known >= 0) this.queue.at = known;
    else this.queue = { tracks: this.desks.map((d) => d.track), at: this.desks.indexOf(desk), second: 0, playing: true };
    this.attach(desk.audio);
  }

  /** Makes an element the voice: follows it, keeps where it is, and prepares what comes after it. */
  private attach(audio: HTMLAudioElement): void {
    this.attached.abort();
    this.attached = new AbortController();
    clearTimeout(this.handover);
    this.handover = undefined;
    this.voice = audio;
    this.following = undefined;
    const { signal } = this.attached;
    audio.addEventListener("timeupdate", () => this.tick(), { signal });
    audio.addEventListener("ended", () => this.go((this.queue?.at ?? 0) + 1, true), { signal });
    for (const name of ["play", "pause", "seeked"]) {
      audio.addEventListener(name, () => this.keep(), { signal });
    }
    audio.addEventListener("pause", () => clearTimeout(this.handover), { signal });
    audio.addEventListener("seeking", () => clearTimeout(this.handover), { signal });
    if (!this.desks.some((d) => d.audio === audio)) audio.addEventListener("error", () => this.drop(), { signal });
    this.keep();
    this.announce();
  }

  private tick(): void {
    const { voice, queue } = this;
    if (!voice || !queue) return;
    if (Math.abs(voice.currentTime - queue.second) >= 1) this.keep();
    else this.show();
    const left = voice.duration - voice.currentTime;
    if (!(left < fetchAhead)) return;
    const next = queue.tracks[queue.at + 1];
    if (next && !this.following) {
      this.following = this.deskOf(next)?.audio ?? this.voiceOf(queue, queue.at + 1, 0);
      if (this.following && !flows(voice, this.following)) this.following.preload = "auto";
    }
    if (left < awaitEnd && !voice.paused && this.following && !flows(voice, this.following)) {
      clearTimeout(this.handover);
      this.handover = setTimeout(() => this.go(queue.at + 1, true), (left * 1000) / voice.playbackRate - latency());
    }
  }

  /** What is to follow a recording on the line without a gap: the next of the same work. */
  private onLineAfter(player: Player): Player | undefined {
    const { queue, voice } = this;
    if (!queue || !voice || deckOf(voice) !== player || !together(queue.tracks[queue.at], queue.tracks[queue.at + 1])) return undefined;
    this.following ??= this.deskOf(queue.tracks[queue.at + 1])?.audio ?? this.voiceOf(queue, queue.at + 1, 0);
    return this.following && flows(voice, this.following) ? deckOf(this.following) : undefined;
  }

  /** An element for a recording whose page is elsewhere: on the line when it follows another of its work, or one follows it. */
  private voiceOf(queue: Queue, at: number, second: number): HTMLAudioElement | undefined {
    const track = queue.tracks[at];
    if (!track) return undefined;
    const audio = new Audio();
    const source = track.sources.find((s) => audio.canPlayType(s.type) !== "");
    if (!source) return undefined;
    learnLatency(audio);
    const alone = (from: number) => {
      audio.preload = "auto";
      audio.src = from > 0 ? `${source.src}#t=${from}` : source.src;
      return Promise.resolve();
    };
    const album = together(queue.tracks[at - 1], track) || together(track, queue.tracks[at + 1]);
    if (album && onLine(track, audio, second, alone)) {
      audio.preload = "metadata"; // for its length
      audio.src = source.src;
    } else void alone(second);
    return audio;
  }

  /** Goes to a recording of the queue. After the last one it stays at the end. */
  private go(at: number, playing: boolean): void {
    const queue = this.queue;
    const track = queue?.tracks[at];
    if (!queue || !track) return;
    const before = this.voice;
    const next = at === queue.at + 1 ? this.following : undefined;
    const audio = next ?? this.deskOf(track)?.audio ?? this.voiceOf(queue, at, 0);
    this.queue = { ...queue, at, second: 0, playing };
    if (!audio) return this.drop();
    if (audio.currentTime > 0 && audio.paused) audio.currentTime = 0; // on a line it has begun by itself
    this.attach(audio);
    if (playing) this.start(audio);
    // At the very end it may run out; before it has to stop.
    if (before && before !== audio && !(before.duration - before.currentTime < awaitEnd)) before.pause();
  }

  /** A browser that wants a press first leaves it at its place, paused. */
  private start(audio: HTMLAudioElement): void {
    void audio.play().catch(() => this.keep());
  }

  private toggle(): void {
    if (!this.voice) return;
    if (this.voice.paused) this.start(this.voice);
    else this.voice.pause();
  }

  private seek(second: number): void {
    if (this.voice) this.voice.currentTime = second;
  }

  /** What cannot be heard any more, such as a work that was withdrawn, leaves the queue. */
  private drop(): void {
    const queue = this.queue;
    if (!queue) return;
    const playing = queue.playing;
    queue.tracks.splice(queue.at, 1);
    this.bar.say("lost");
    if (queue.tracks[queue.at]) this.go(queue.at, playing);
    else this.close();
  }

  /** Moves a recording of the queue up or down. What is heard goes on. */
  private move(at: number, by: number): void {
    const queue = this.queue;
    const [one, other] = [queue?.tracks[at], queue?.tracks[at + by]];
    if (!queue || !one || !other) return;
    [queue.tracks[at], queue.tracks[at + by]] = [other, one];
    if (queue.at === at) queue.at = at + by;
    else if (queue.at === at + by) queue.at = at;
    this.edited();
  }

  /** Takes a recording out of the queue. When it is the one that is heard, the next one is. */
  private remove(at: number): void {
    const { queue, voice } = this;
    if (!queue?.tracks[at]) return;
    queue.tracks.splice(at, 1);
    if (at < queue.at) queue.at--;
    else if (at === queue.at) {
      const playing = voice !== undefined && !voice.paused;
      voice?.pause();
      this.following = undefined;
      if (queue.tracks.length === 0) return this.close();
      return this.go(Math.min(at, queue.tracks.length - 1), playing);
    }
    this.edited();
  }

  /** Leaves what is heard alone in the queue. */
  private clear(): void {
    const { queue } = this;
    const track = queue?.tracks[queue.at];
    if (!queue || !track) return;
    [queue.tracks, queue.at] = [[track], 0];
    this.edited();
  }

  /** What follows is another now. */
  private edited(): void {
    clearTimeout(this.handover);
    this.following = undefined;
    lineHere()?.replan();
    this.keep();
    this.show();
  }

  private close(): void {
    this.attached.abort();
    clearTimeout(this.handover);
    this.voice?.pause();
    this.voice = this.queue = undefined;
    writeQueue(undefined);
    this.bar.hide();
  }

  private keep(): void {
    const { voice, queue } = this;
    if (!voice || !queue) return;
    // Before its data have come an element says that it stands at the beginning.
    if (voice.readyState > 0) queue.second = voice.ended ? 0 : voice.currentTime;
    queue.playing = !voice.paused && !voice.ended;
    writeQueue(queue);
    this.show();
  }

  private show(): void {
    const { voice, queue } = this;
    const track = queue?.tracks[queue.at];
    if (!voice || !queue || !track) return;
    // The page's own player shows it; the list is wanted all the same when something of another page is in it.
    if (this.deskOf(track)?.audio === voice && queue.tracks.every((t) => this.deskOf(t))) return this.bar.hide();
    const [first, last] = [queue.at === 0, queue.at === queue.tracks.length - 1];
    this.bar.show({ track, second: queue.second, duration: voice.duration || track.duration, playing: !voice.paused, first, last, tracks: queue.tracks, at: queue.at });
  }

  private offer(button: HTMLButtonElement): void {
    const desk = this.desks.find((d) => d.track.file === button.dataset["enqueue"]);
    if (!desk) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      this.queue ??= { tracks: [], at: 0, second: 0, playing: false };
      if (!this.queue.tracks.some((t) => t.file === desk.track.file)) this.queue.tracks.push(desk.track);
      if (this.voice) this.edited();
      else writeQueue(this.queue);
      button.setAttribute("aria-live", "polite");
      button.textContent = button.dataset["done"] ?? "";
      this.show();
    });
  }

  /** Tells the keys of a headset and a locked screen what plays. */
  private announce(): void {
    const track = this.queue?.tracks[this.queue.at];
    if (!("mediaSession" in navigator) || !track) return;
    navigator.mediaSession.metadata = new MediaMetadata({ title: track.title, artist: track.by });
    navigator.mediaSession.setActionHandler("play", () => this.voice && this.start(this.voice));
    navigator.mediaSession.setActionHandler("pause", () => this.voice?.pause());
    navigator.mediaSession.setActionHandler("nexttrack", () => this.go((this.queue?.at ?? 0) + 1, true));
    navigator.mediaSession.setActionHandler("previoustrack", () => this.go((this.queue?.at ?? 0) - 1, true));
  }
}
