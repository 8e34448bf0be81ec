import { type DetailedError, Upload } from "tus-js-client";

/** Where a lost line goes on costs at most so much. */
const pieceSize = 8 << 20;

export class Refused extends Error {}

export interface Watch {
  /** Bytes of the file that have arrived. */
  sent(bytes: number): void;
  /** The line was lost, or is back. */
  paused(lost: boolean): void;
}

/** Sends a file and answers with its identifier. It tries until the line is back; what the archive refuses is Refused. */
export function upload(file: File, watch: Watch): Promise<string> {
  return new Promise((done, refuse) => {
    let tries = 0;
    const sending = new Upload(file, {
      endpoint: "/files",
      chunkSize: pieceSize,
      metadata: { filename: file.name },
      retryDelays: null as unknown as number[], // ours, since a line may be away for hours
      storeFingerprintForResuming: false,
      onProgress: (bytes) => {
        if (tries > 0) watch.paused(false);
        tries = 0;
        watch.sent(bytes);
      },
      onSuccess: () => done((sending.url ?? "").split("/").pop() ?? ""),
      onError: (error) => {
        const answer = (error as DetailedError).originalResponse;
        if (answer && !passing(answer.getStatus())) return refuse(new Refused(sentence(answer.getBody())));
        watch.paused(true);
        setTimeout(() => sending.start(), delay(tries++));
      },
    });
    sending.start();
  });
}

/** Whether an answer says that it will be another one later. */
function passing(status: number): boolean {
  return status >= 500 || [408, 409, 423, 429].includes(status);
}

function delay(tries: number): number {
  return Math.min(500 * 2 ** tries, 15_000);
}

/** Asks again while the line is lost or the archive is busy. */
export async function lasting(watch: Watch, ask: () => Promise<Response>): Promise<Response> {
  for (let tries = 0; ; tries++) {
    const answer = await ask().catch(() => undefined);
    if (answer?.ok) {
      watch.paused(false);
      return answer;
    }
    if (answer && !passing(answer.status)) throw new Refused(sentence(await answer.text().catch(() => "")));
    watch.paused(true);
    await new Promise((done) => setTimeout(done, delay(tries)));
  }
}

/** What the archive says in an answer that is no success, in the language of the page where it knows it. */
export function sentence(body: string): string {
  try {
    const problem = JSON.parse(body) as { detail?: string; title?: string };
    return problem.detail ?? problem.title ?? "";
  } catch {
    return body.length < 400 && !body.includes("<") ? body : "";
  }
}
