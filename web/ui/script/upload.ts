/** Sends a file by tus 1.0 (tus.io): begin, then piece after piece, going on where it was when the line is lost. */
const pieceSize = 8 << 20;
const version = { "Tus-Resumable": "1.0.0" };

export class Refused extends Error {}

export interface Watch {
  /** Bytes of the file that have arrived. */
  sent(bytes: number): void;
  /** The line was lost, or is back. */
  paused(lost: boolean): void;
}

/** Sends a file and answers with its identifier. It tries until the line is back; what the archive refuses is Refused. */
export async function upload(file: File, watch: Watch): Promise<string> {
  const begun = await lasting(watch, () => fetch("/files", { method: "POST", headers: { ...version, "Upload-Length": String(file.size), "Upload-Metadata": `filename ${base64(file.name)}` } }));
  const at = begun.headers.get("Location") ?? "";
  let offset = 0;
  while (offset < file.size) {
    const from = offset;
    const answer = await lasting(watch, () => fetch(at, { method: "PATCH", headers: { ...version, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(from) }, body: file.slice(from, from + pieceSize) }), [409, 423]);
    offset = answer.ok ? Number(answer.headers.get("Upload-Offset")) : await offsetOf(at, watch);
    watch.sent(offset);
  }
  return at.slice(at.lastIndexOf("/") + 1);
}

async function offsetOf(at: string, watch: Watch): Promise<number> {
  const answer = await lasting(watch, () => fetch(at, { method: "HEAD", headers: version }));
  return Number(answer.headers.get("Upload-Offset"));
}

/** Asks again while the line is lost or the archive is busy. Statuses among settled are the caller's to read. */
export async function lasting(watch: Watch, ask: () => Promise<Response>, settled: number[] = []): Promise<Response> {
  for (let tries = 0; ; tries++) {
    const answer = await ask().catch(() => undefined);
    if (answer && (answer.ok || settled.includes(answer.status))) {
      watch.paused(false);
      return answer;
    }
    if (answer && answer.status < 500 && ![408, 409, 423, 429].includes(answer.status)) throw new Refused(await sentence(answer));
    watch.paused(true);
    await new Promise((done) => setTimeout(done, Math.min(500 * 2 ** tries, 15_000)));
  }
}

/** What the archive says of an answer that is no success, in the language of the page where it knows it. */
async function sentence(answer: Response): Promise<string> {
  const text = await answer.text().catch(() => "");
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem === "object" && problem !== null && "detail" in problem) return String(problem.detail);
  } catch {
    // a line of text
  }
  return text.slice(0, 300);
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
