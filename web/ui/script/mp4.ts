/** A song in one MP4 with its index in front, as internal/tool/ffmpeg writes it, so that stretches of it can be handed to a SourceBuffer.
 * That takes fragmented MP4 alone (ISO/IEC 14496-12 §8.8): the boxes of the fragments are made here, the sound stays as it is. */
export interface Song {
  type: string; // for MediaSource, such as audio/mp4; codecs="mp4a.40.2"
  init: Uint8Array<ArrayBuffer>; // the initialisation segment
  scale: number; // units of time in a second
  times: number[]; // when each frame begins, and at last when the last one ends, in units
  places: number[]; // where in the file each frame begins, and at last where the last one ends
  skip: number; // units before the sound begins: the encoder's run-up
  duration: number; // seconds of sound, without what fills the last frame
}

/** How many bytes are fetched for the index at first: it takes four a frame, so that this is enough for five minutes. */
export const firstBytes = 65536;

/** Tells how many bytes of the file hold its index, given its beginning. Throws where there is none in front of the sound. */
export function indexEnd(bytes: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at);
    const name = nameAt(view, at);
    if (name === "moov" && size >= 8) return at + size;
    if (name === "mdat" || size < 8) break;
    at += size;
  }
  throw new Error("no index in front");
}

/** Reads the index. Throws for whatever is not one track of AAC-LC that lies in one piece. */
export function readSong(bytes: Uint8Array<ArrayBuffer>): Song {
  const whole = new Box(bytes);
  const movie = whole.child("moov");
  if (movie.children("trak").length !== 1) throw new Error("not one track");
  const track = movie.child("trak");
  const media = track.child("mdia");
  const table = media.child("minf").child("stbl");
  const described = table.child("stsd");
  if (objectType(described.bytes) !== 2) throw new Error("not AAC-LC");
  const header = media.child("mdhd");
  const scale = header.u32(header.u8(0) === 1 ? 20 : 12);
  const times = timesOf(table.child("stts"));
  const edit = editOf(movie, track);
  const skip = edit?.skip ?? 0;
  return {
    type: 'audio/mp4; codecs="mp4a.40.2"',
    init: initial(movie, track, described),
    scale,
    times,
    places: placesOf(table),
    skip,
    duration: edit?.duration || ((times[times.length - 1] ?? 0) - skip) / scale,
  };
}

/** A box of the file. Numbers are read from behind its header; what lies outside throws a RangeError. */
class Box {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array<ArrayBuffer>, // with the header, or the file itself
    private readonly head = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset + head, bytes.byteLength - head);
  }

  u8(at: number): number {
    return this.view.getUint8(at);
  }

  u32(at: number): number {
    return this.view.getUint32(at);
  }

  u64(at: number): number {
    return this.u32(at) * 2 ** 32 + this.u32(at + 4);
  }

  children(name: string): Box[] {
    const found: Box[] = [];
    for (let at = 0; at + 8 <= this.view.byteLength; ) {
      const size = this.u32(at);
      if (size < 8 || at + size > this.view.byteLength) break;
      if (nameAt(this.view, at) === name) found.push(new Box(this.bytes.subarray(this.head + at, this.head + at + size), 8));
      at += size;
    }
    return found;
  }

  child(name: string): Box {
    const [first] = this.children(name);
    if (!first) throw new Error(`no ${name}`);
    return first;
  }
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(...[4, 5, 6, 7].map((n) => view.getUint8(at + n)));
}

/** The audio object type of the first description (ISO/IEC 14496-3 §1.6.2.1): the first five bits of what lies in the descriptor 5. */
function objectType(description: Uint8Array): number {
  for (let at = 0; at + 4 < description.length; at++) {
    if (String.fromCharCode(...description.subarray(at, at + 4)) !== "esds") continue;
    for (let tag = at + 4; tag < description.length - 6; tag++) {
      if (description[tag] !== 5) continue;
      let value = tag + 1;
      while ((description[value] ?? 0) & 0x80) value++; // the length is written in one to four bytes
      const length = description[value] ?? 0;
      if (length >= 2 && length < 64) return (description[value + 1] ?? 0) >> 3;
    }
  }
  return 0;
}

/** A table of a longer file than anybody has is a lie. */
const mostFrames = 10_000_000;

function timesOf(box: Box): number[] {
  const times = [0];
  let now = 0;
  for (let n = 0; n < box.u32(4); n++) {
    const [count, length] = [box.u32(8 + 8 * n), box.u32(12 + 8 * n)];
    if (times.length + count > mostFrames) throw new Error("too many frames");
    for (let i = 0; i < count; i++) times.push((now += length));
  }
  // The last frame is as long as all others, and said to be shorter where it is filled up. A decoder gives it out whole all the same, so
  // that it must be said to be whole for the filling to be cut off.
  if (times.length > 1) times[times.length - 1] = (times[times.length - 2] ?? 0) + (times[1] ?? 0);
  return times;
}

function placesOf(table: Box): number[] {
  const sizes = table.child("stsz");
  const chunks = table.children("co64")[0] ?? table.child("stco");
  const wide = table.children("co64").length > 0;
  const [same, count] = [sizes.u32(4), sizes.u32(8)];
  if (count > mostFrames) throw new Error("too many frames");
  let at = wide ? chunks.u64(8) : chunks.u32(8);
  const starts = new Set<number>();
  const places = [at];
  for (let n = 0; n < count; n++) places.push((at += same || sizes.u32(12 + 4 * n)));
  for (const place of places) starts.add(place);
  for (let n = 0; n < chunks.u32(4); n++) {
    if (!starts.has(wide ? chunks.u64(8 + 8 * n) : chunks.u32(8 + 4 * n))) throw new Error("not in one piece");
  }
  return places;
}

/** What the edit list plays: one stretch. */
function editOf(movie: Box, track: Box): { skip: number; duration: number } | undefined {
  const [edits] = track.children("edts");
  if (!edits) return undefined;
  const list = edits.child("elst");
  if (list.u32(4) !== 1) throw new Error("several edits");
  const wide = list.u8(0) === 1;
  const [length, skip] = wide ? [list.u64(8), list.u64(16)] : [list.u32(8), list.u32(12)];
  if (skip > 2 ** 31 - 1) throw new Error("silence before it");
  const header = movie.child("mvhd");
  return { skip, duration: length / header.u32(header.u8(0) === 1 ? 20 : 12) };
}

function initial(movie: Box, track: Box, described: Box): Uint8Array<ArrayBuffer> {
  const media = track.child("mdia");
  const information = media.child("minf");
  const empty = ["stts", "stsc", "stco"].map((name) => box(name, words(0, 0)));
  const table = box("stbl", described.bytes, ...empty, box("stsz", words(0, 0, 0)));
  const kept = ["smhd", "dinf"].flatMap((name) => information.children(name).map((b) => b.bytes));
  const header = media.child("mdhd").bytes.slice();
  const handler = media.child("hdlr").bytes;
  const identity = track.child("tkhd");
  const id = identity.u32(identity.u8(0) === 1 ? 20 : 12);
  return join(
    box("ftyp", text("iso5"), words(0), text("iso5"), text("mp41")),
    box(
      "moov",
      movie.child("mvhd").bytes,
      box("trak", identity.bytes, box("mdia", header, handler, box("minf", ...kept, table))),
      box("mvex", box("trex", words(0, id, 1, 0, 0, 0))),
    ),
  );
}

/** Which frame is heard at an instant of the song, in seconds. */
export function frameAt(song: Song, second: number): number {
  const unit = second * song.scale + song.skip;
  let [low, high] = [0, Math.max(0, song.times.length - 2)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((song.times[middle] ?? 0) <= unit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A media segment of the frames from..to−1, whose bytes are given. */
export function fragment(song: Song, from: number, to: number, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const frames: number[] = [];
  for (let n = from; n < to; n++) {
    frames.push((song.times[n + 1] ?? 0) - (song.times[n] ?? 0), (song.places[n + 1] ?? 0) - (song.places[n] ?? 0));
  }
  const track = idOf(song);
  const time = song.times[from] ?? 0;
  const made = (offset: number) =>
    box(
      "moof",
      box("mfhd", words(0, 1)),
      box(
        "traf",
        box("tfhd", words(0x020000, track)), // places count from the beginning of the moof
        box("tfdt", words(0x01000000, Math.floor(time / 2 ** 32), time >>> 0)),
        box("trun", words(0x000301, to - from, offset, ...frames)), // each frame with its length and size
      ),
    );
  const size = made(0).length;
  return join(made(size + 8), box("mdat", bytes));
}

function idOf(song: Song): number {
  const identity = new Box(song.init).child("moov").child("trak").child("tkhd");
  return identity.u32(identity.u8(0) === 1 ? 20 : 12);
}

function box(name: string, ...parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.length, 8);
  return join(words(size), text(name), ...parts);
}

function words(...numbers: number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((n, i) => view.setUint32(4 * i, n));
  return bytes;
}

function text(s: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(s, (c) => c.charCodeAt(0));
}

function join(...parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
