import { firstBytes, fragment, frameAt, indexEnd, readSong, type Song } from "./mp4";

/** A recording that a Line plays, and what it is told of it. */
export interface Player {
  readonly source: string; // address of its MP4
  heard(event: string): void; // what happens to the sound while it is this one's
  left(): void; // the next one has begun
  lost(at: number, playing: boolean): void; // it cannot be played in this way, and stood there
}

/** A recording in its place on the line. */
interface Placed {
  player: Player;
  song: Song;
  start: number; // seconds of the line
  end: number;
}

/** How many seconds lie ready before and behind what is heard, and how many are fetched at a time. */
const [ahead, behind, step] = [20, 30, 5];

/** Whether recordings can be put together to one here. Older iPhones cannot; there each is played by an element of its own. */
export function lineUp(): boolean {
  return "MediaSource" in window && MediaSource.isTypeSupported('audio/mp4; codecs="mp4a.40.2"');
}

/** Plays recordings one after the other as one stream of sound, so that nothing lies between them: a source buffer cuts off the run-up and
 * the filling of every file to the sample. */
export class Line {
  readonly audio = new Audio();
  /** Tells what comes after a recording. Asked when the end of that one has been fetched. */
  follows: (player: Player) => Player | undefined = () => undefined;
  private run = new Run(this);

  constructor() {
    for (const name of ["play", "playing", "pause", "timeupdate", "seeking", "seeked", "waiting", "ended"]) {
      this.audio.addEventListener(name, () => {
        this.run.wake();
        this.cross();
        this.run.now?.heard(name);
      });
    }
    this.audio.addEventListener("error", () => this.run.fail());
  }

  /** Which recording is heard, or would be. */
  get active(): Player | undefined {
    return this.run.now;
  }

  /** Seconds of the active recording. */
  get second(): number {
    const placed = this.run.placed.find((p) => p.player === this.run.now);
    if (!placed) return this.run.first;
    return Math.min(Math.max(0, this.audio.currentTime - placed.start), placed.end - placed.start);
  }

  set second(at: number) {
    const placed = this.run.placed.find((p) => p.player === this.run.now);
    // A hair before its end: the end itself belongs to the next one.
    if (placed) this.audio.currentTime = placed.start + Math.min(at, placed.end - placed.start - 0.01);
    else if (this.run.now) this.open(this.run.now, at);
  }

  /** Puts a recording at the beginning of the line, to be played from an instant on. */
  open(player: Player, at: number): void {
    const before = this.run.now;
    const heard = !this.audio.paused;
    this.run.end();
    this.run = new Run(this);
    if (before && before !== player && heard) before.heard("pause");
    this.run.begin(player, at);
  }

  /** Forgets what was to come after the active recording: something else may. */
  replan(): void {
    this.run.replan();
  }

  /** Notices that the next recording has begun. */
  private cross(): void {
    const { run, audio } = this;
    const at = run.placed.findIndex((p) => p.player === run.now);
    const [placed, next] = [run.placed[at], run.placed[at + 1]];
    if (!placed || !next) return;
    if (audio.currentTime >= next.start) {
      run.now = next.player;
      placed.player.left();
      for (const name of ["play", "playing", "timeupdate"]) next.player.heard(name);
      return;
    }
    const left = ((next.start - audio.currentTime) * 1000) / audio.playbackRate;
    if (left < 500 && !audio.paused) run.soon(() => this.cross(), left);
  }
}

/** One media source of a line, from the recording that was opened to the last one that follows it. */
class Run {
  placed: Placed[] = [];
  now: Player | undefined;
  first = 0;
  private over = false;
  private late = false; // what was to follow does not any more
  private signal = () => {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  private at = 0; // index in placed of what is fetched
  private frame = 0; // the next one to be fetched
  private described: Song | undefined; // whose description the buffer had last
  private address = "";
  private readonly cut = new AbortController();

  constructor(private readonly line: Line) {}

  begin(player: Player, at: number): void {
    const { audio } = this.line;
    this.now = player;
    this.first = at;
    const source = new MediaSource();
    const rate = audio.playbackRate;
    this.address = URL.createObjectURL(source);
    audio.src = this.address;
    audio.defaultPlaybackRate = audio.playbackRate = rate;
    audio.currentTime = at;
    source.addEventListener("sourceopen", () => void this.feed(source).catch(() => this.fail()), { once: true });
  }

  end(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.cut.abort();
    this.wake();
    if (this.address) URL.revokeObjectURL(this.address);
  }

  wake(): void {
    this.signal();
  }

  soon(does: () => void, milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(does, milliseconds);
  }

  fail(): void {
    if (this.over || !this.now) return;
    const [player, at, playing] = [this.now, this.line.second, !this.line.audio.paused];
    this.end();
    this.now = undefined;
    this.line.audio.pause();
    player.lost(at, playing);
  }

  replan(): void {
    this.late = true;
    this.wake();
  }

  /** Fetches and appends for as long as this run lasts. */
  private async feed(source: MediaSource): Promise<void> {
    const { audio } = this.line;
    if (!this.now) return;
    const head = await this.place(this.now, 0);
    const buffer = source.addSourceBuffer(head.song.type);
    source.duration = head.end;
    this.frame = frameAt(head.song, this.first);
    while (!this.over) {
      const woken = new Promise<void>((done) => (this.signal = done));
      if (this.late) await this.forget(source, buffer);
      await this.seek(buffer);
      await this.clean(buffer);
      const enough = this.reached() - audio.currentTime > ahead;
      if (enough || !(await this.append(source, buffer))) await woken;
    }
  }

  /** Reads a recording's index and puts it at an instant of the line. */
  private async place(player: Player, start: number): Promise<Placed> {
    let bytes = await this.fetch(player.source, 0, firstBytes);
    const needed = indexEnd(bytes);
    if (needed > bytes.length) bytes = await this.fetch(player.source, 0, needed);
    const song = readSong(bytes);
    const placed = { player, song, start, end: start + song.duration };
    this.placed.push(placed);
    return placed;
  }

  private async fetch(address: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await fetch(address, { headers: { Range: `bytes=${from}-${to - 1}` }, signal: this.cut.signal });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return answer.status === 206 ? bytes : bytes.subarray(from, to); // a server between may send the whole
  }

  /** How far the line has been fetched. */
  private reached(): number {
    const placed = this.placed[this.at];
    if (!placed) return 0;
    return placed.start + ((placed.song.times[this.frame] ?? 0) - placed.song.skip) / placed.song.scale;
  }

  /** Goes on fetching at another place when what is to be heard has not been fetched. */
  private async seek(buffer: SourceBuffer): Promise<void> {
    const { audio } = this.line;
    const to = audio.currentTime;
    if (!audio.seeking || within(buffer, to) || Math.abs(this.reached() - to) < step) return;
    const at = this.placed.findIndex((p) => to >= p.start && to < p.end);
    const placed = this.placed[at];
    if (!placed) return;
    await settled(buffer, () => buffer.remove(0, Infinity));
    [this.at, this.frame] = [at, frameAt(placed.song, to - placed.start)];
  }

  /** Lets go of what was heard long ago. */
  private async clean(buffer: SourceBuffer): Promise<void> {
    const upTo = this.line.audio.currentTime - behind;
    if (buffer.buffered.length > 0 && buffer.buffered.start(0) < upTo - behind) await settled(buffer, () => buffer.remove(0, upTo));
  }

  private async forget(source: MediaSource, buffer: SourceBuffer): Promise<void> {
    this.late = false;
    const last = this.placed.findIndex((p) => p.player === this.now);
    const placed = this.placed[last];
    if (!placed || (last === this.placed.length - 1 && source.readyState === "open")) return;
    this.placed.length = last + 1;
    await settled(buffer, () => buffer.remove(placed.end, Infinity));
    if (this.at > last) [this.at, this.frame] = [last, placed.song.times.length - 1];
  }

  /** Appends the next few seconds, and tells whether there were any. */
  private async append(source: MediaSource, buffer: SourceBuffer): Promise<boolean> {
    const placed = await this.next(source);
    if (this.over) return false;
    if (!placed) {
      if (source.readyState === "open") source.endOfStream();
      return false;
    }
    const { song } = placed;
    const from = this.frame;
    const frames = song.times.length - 1;
    let to = from + 1;
    while (to < frames && (song.times[to] ?? 0) - (song.times[from] ?? 0) < step * song.scale) to++;
    const bytes = await this.fetch(placed.player.source, song.places[from] ?? 0, song.places[to] ?? 0);
    if (this.over) return false;
    if (this.described !== song) {
      await settled(buffer, () => buffer.appendBuffer(song.init));
      this.described = song;
    }
    await settled(buffer, () => {
      this.frameIn(buffer, placed);
      buffer.appendBuffer(fragment(song, from, to, bytes));
    });
    this.frame = to;
    return true;
  }

  private frameIn(buffer: SourceBuffer, placed: Placed): void {
    buffer.timestampOffset = placed.start - placed.song.skip / placed.song.scale;
    buffer.appendWindowStart = 0; // the end must never lie before it
    buffer.appendWindowEnd = placed.end;
    buffer.appendWindowStart = placed.start;
  }

  /** What is being fetched: the recording under way, or the one after it. */
  private async next(source: MediaSource): Promise<Placed | undefined> {
    const placed = this.placed[this.at];
    if (placed && this.frame < placed.song.times.length - 1) return placed;
    let following = this.placed[this.at + 1];
    if (!following && placed) {
      const player = this.line.follows(placed.player);
      if (!player) return undefined;
      // One that cannot be put on the line is no reason to stop the one that is heard: it is begun when that has ended.
      following = await this.place(player, placed.end).catch(() => undefined);
      if (!following || this.over) return undefined;
      if (source.readyState === "open") source.duration = Math.max(source.duration, following.end);
    }
    if (!following) return undefined;
    [this.at, this.frame] = [this.at + 1, 0];
    return following;
  }
}

function within(buffer: SourceBuffer, second: number): boolean {
  const { buffered } = buffer;
  for (let n = 0; n < buffered.length; n++) {
    if (buffered.start(n) <= second && second < buffered.end(n)) return true;
  }
  return false;
}

/** Lets a buffer do something and waits until it has. */
function settled(buffer: SourceBuffer, does: () => void): Promise<void> {
  return new Promise((done, failed) => {
    buffer.addEventListener("updateend", () => done(), { once: true });
    buffer.addEventListener("error", () => failed(new Error("refused")), { once: true });
    try {
      does();
    } catch (error) {
      failed(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
