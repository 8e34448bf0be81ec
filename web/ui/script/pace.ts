import { say, type Words } from "./send";

/** How fast something goes: the mean of the last seconds, so that a guess of what is left neither jumps nor lags. */
export class Pace {
  private readonly marks: { at: number; sent: number }[] = [];

  note(sent: number): void {
    const at = Date.now();
    this.marks.push({ at, sent });
    while (this.marks.length > 2 && at - (this.marks[0]?.at ?? at) > 15_000) this.marks.shift();
  }

  /** What is left of so many bytes, in words; "" before anything can be said. */
  left(bytes: number, words: Words): string {
    const first = this.marks[0];
    const last = this.marks[this.marks.length - 1];
    if (!first || !last || last.at - first.at < 2_000 || last.sent <= first.sent) return "";
    const seconds = (bytes * (last.at - first.at)) / (last.sent - first.sent) / 1000;
    if (seconds < 60) return say(words, "seconds");
    if (seconds < 90 * 60) return say(words, "minutes", String(Math.ceil(seconds / 60)));
    return say(words, "hours", String(Math.ceil(seconds / 3600)));
  }
}
