/** A recording that somebody listens to. */
export interface Track {
  file: string;
  title: string;
  by: string;
  page: string; // path of the work's page
  sources: { src: string; type: string }[]; // the best first
  duration: number; // seconds
  cover?: string; // path of a small picture
}

/** What is listened to, in order, and how far it has come. */
export interface Queue {
  tracks: Track[];
  at: number; // which of them
  second: number; // of that one
  playing: boolean;
}

const name = "listening";
const longest = 500;

/** Reads what this tab listens to, or what was listened to last on this device: that does not play by itself. */
export function readQueue(): Queue | undefined {
  try {
    const here = parse(sessionStorage.getItem(name));
    if (here) return here;
    const last = parse(localStorage.getItem(name));
    return last && { ...last, playing: false };
  } catch {
    return undefined; // storage is forbidden
  }
}

/** Keeps the queue for the next page, undefined for none. */
export function writeQueue(queue: Queue | undefined): void {
  try {
    if (queue && queue.tracks.length > 0) {
      const text = JSON.stringify(queue);
      sessionStorage.setItem(name, text);
      localStorage.setItem(name, text);
    } else {
      sessionStorage.removeItem(name);
      localStorage.removeItem(name);
    }
  } catch {
    // Storage is forbidden or full: it plays on until the page is left.
  }
}

/** What lies in storage may be of another version of these scripts. */
function parse(text: string | null): Queue | undefined {
  if (!text) return undefined;
  let read: Partial<Queue> | null;
  try {
    read = JSON.parse(text) as Partial<Queue> | null;
  } catch {
    return undefined;
  }
  const tracks = Array.isArray(read?.tracks) ? read.tracks.filter(whole).slice(0, longest) : [];
  const at = Number(read?.at);
  const second = Number(read?.second);
  if (!Number.isInteger(at) || !tracks[at]) return undefined;
  return { tracks, at, second: second > 0 ? second : 0, playing: read?.playing === true };
}

function whole(track: Partial<Track> | null): track is Track {
  const texts = [track?.file, track?.title, track?.by, track?.page];
  return (
    texts.every((t) => typeof t === "string") &&
    (track?.cover === undefined || (typeof track.cover === "string" && /^\/(?!\/)/.test(track.cover))) &&
    // No address of another place: only paths of this site.
    /^\/(?!\/)/.test(track?.page ?? "") &&
    Array.isArray(track?.sources) &&
    track.sources.every((s) => typeof s?.src === "string" && /^\/(?!\/)/.test(s.src) && typeof s.type === "string")
  );
}

/** Reads the recording that a player on this page offers. Must run before a script takes its sources away. */
export function trackOf(frame: HTMLElement): Track {
  const data = frame.dataset;
  const sources = [...frame.querySelectorAll("source")].map((s) => ({ src: (s.getAttribute("src") ?? "").replace(/#.*/, ""), type: s.type }));
  const cover = data["cover"] ? { cover: data["cover"] } : {};
  return { ...cover, file: data["file"] ?? "", title: data["title"] ?? "", by: data["by"] ?? "", page: location.pathname, sources, duration: Number(data["duration"]) || 0 };
}
