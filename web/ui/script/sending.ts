// Files on their way, one after the other, by tus (tus.io, protocol 1.0). What goes wrong on the way is never the end: the server is asked how
// much it has, and the rest goes on. Only what the server refuses for good is told as such.
import { type DetailedError, Upload } from "tus-js-client";

import { make } from "./dom";
import { hold, release } from "./hold";
import { Pace } from "./pace";
import { type As, say, type Words } from "./send";
import { sentence } from "./upload";

const endpoint = "/files";
/** How long a line may be silent before it is taken for lost, and how long is waited before it is tried again, in milliseconds. */
const silence = 30_000;
const patience = [500, 1_000, 2_000, 5_000, 10_000, 20_000];

interface Place {
  work: string;
  words: Words;
  list: HTMLElement; // of what is under way
  said: HTMLElement; // where it is told to whoever hears the page
  arrived: HTMLElement; // what the server has
  page: string; // its address
  signIn: string;
}

interface Item {
  file: File;
  as: As;
  key: string;
  row: HTMLElement;
  bar: HTMLProgressElement;
  state: HTMLElement;
  link: HTMLAnchorElement;
  upload?: Upload | undefined;
  url?: string | undefined;
  pace: Pace;
  tries: number;
  heard: number; // when the server took the last bytes
  done: boolean; // all bytes are there
  waits?: number | undefined; // timer
}

export class Sending {
  onIdle: (clean: boolean) => void = () => undefined;
  private readonly items: Item[] = [];
  private current: Item | undefined;
  private clean = true; // nothing was refused since

  constructor(private readonly at: Place) {
    for (const event of ["online", "focus", "pageshow"]) window.addEventListener(event, () => this.hurry());
    document.addEventListener("visibilitychange", () => this.hurry()); // a telephone that was locked
    window.setInterval(() => this.watch(), 5_000);
  }

  idle(): boolean {
    return this.items.length === 0;
  }

  add(file: File, as: As): void {
    const key = [this.at.work, as, file.name, file.size, file.lastModified].join("/");
    if (this.items.some((item) => item.key === key)) return;
    const item = this.draw(file, as, key);
    if (file.size === 0) return this.refuse(item, say(this.at.words, "empty"));
    this.items.push(item);
    this.tell(item, say(this.at.words, "waiting"));
    void hold({ key, work: this.at.work, as, file });
    this.next();
  }

  private draw(file: File, as: As, key: string): Item {
    const bar = make("progress", { max: "100", value: "0", "aria-label": file.name }) as HTMLProgressElement;
    const state = make("span", { class: "soft small" });
    const link = make("a", { class: "button", target: "_blank", href: `${this.at.signIn}?toi=${encodeURIComponent(location.pathname)}` }, new Text(say(this.at.words, "sign-in"))) as HTMLAnchorElement;
    link.hidden = true;
    const stop = make("button", { class: "button", type: "button" }, new Text(say(this.at.words, "stop")));
    stop.append(make("span", { class: "visually-hidden" }, new Text(` ${file.name}`)));
    const row = make("li", { class: "thing" }, make("div", {}, make("strong", {}, new Text(file.name)), bar, state, link), stop);
    const item: Item = { file, as, key, row, bar, state, link, pace: new Pace(), tries: 0, heard: Date.now(), done: false };
    stop.addEventListener("click", () => this.giveUp(item));
    this.at.list.append(row);
    return item;
  }

  private next(): void {
    if (this.current || this.items.length === 0) return;
    this.current = this.items[0];
    if (this.current) void this.start(this.current);
  }

  /** Begins, or goes on where the server says that it is. */
  private async start(item: Item): Promise<void> {
    window.clearTimeout(item.waits);
    item.waits = undefined;
    item.heard = Date.now();
    if (item.done) return this.join(item);
    item.url ??= this.halfSent(item.file);
    if (item.url && !(await this.stands(item, item.url))) return;
    if (this.current !== item) return; // given up meanwhile
    item.upload = new Upload(item.file, {
      endpoint,
      ...(item.url ? { uploadUrl: item.url } : {}),
      metadata: { filename: item.file.name, filetype: item.file.type, work: this.at.work, as: item.as, modified: String(item.file.lastModified) },
      retryDelays: null as unknown as number[], // ours, since a line may be away for hours
      storeFingerprintForResuming: false, // the server keeps it, for every device
      onUploadUrlAvailable: () => this.known(item),
      onProgress: (sent, total) => this.progress(item, sent, total),
      onSuccess: () => void this.whole(item),
      onError: (error) => void this.trouble(item, (error as DetailedError).originalResponse?.getStatus() ?? 0, (error as DetailedError).originalResponse?.getBody() ?? ""),
    });
    item.upload.start();
  }

  /** Asks how far an upload has come. False when something else than going on was done about it. */
  private async stands(item: Item, url: string): Promise<boolean> {
    try {
      const answer = await fetch(url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" }, cache: "no-store" });
      if (answer.ok && answer.headers.get("Upload-Offset") === String(item.file.size)) {
        await this.whole(item);
        return false;
      }
      if (answer.ok) return true;
      await this.trouble(item, answer.status, "");
    } catch {
      await this.trouble(item, 0, "");
    }
    return false;
  }

  /** The same file that was half sent before, on this device or another. */
  private halfSent(file: File): string | undefined {
    for (const half of this.at.arrived.querySelectorAll<HTMLElement>("[data-half]")) {
      const { half: id, name, size, modified } = half.dataset;
      if (name === file.name && size === String(file.size) && modified === String(file.lastModified)) {
        half.hidden = true;
        return `${endpoint}/${id}`;
      }
    }
    return undefined;
  }

  private known(item: Item): void {
    item.url = item.upload?.url ? new URL(item.upload.url, location.href).pathname : undefined;
  }

  private progress(item: Item, sent: number, total: number): void {
    item.heard = Date.now();
    item.tries = 0;
    item.link.hidden = true;
    item.pace.note(sent);
    const share = Math.min(99, Math.floor((100 * sent) / total)); // a hundred is said when the server says so
    item.bar.value = share;
    const left = item.pace.left(total - sent, this.at.words);
    this.tell(item, say(this.at.words, "busy", String(share)) + (left ? ` · ${say(this.at.words, "left", left)}` : ""));
  }

  /** All bytes are there. */
  private async whole(item: Item): Promise<void> {
    item.done = true;
    item.bar.value = 100;
    this.tell(item, say(this.at.words, "joining"));
    await this.join(item);
  }

  /** The page of the work takes in what has arrived, and says what it now holds. */
  private async join(item: Item): Promise<void> {
    const shown = await this.refresh();
    if (shown === "line") return this.wait(item, say(this.at.words, "line"));
    if (shown === "signed-out") return this.signedOut(item);
    this.at.said.textContent = `${item.file.name}: ${say(this.at.words, "arrived")}`;
    this.drop(item);
  }

  private async refresh(): Promise<"" | "line" | "signed-out"> {
    try {
      const answer = await fetch(this.at.page, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.status >= 500 || answer.status === 429) return "line";
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-arrived]");
      if (!fresh) return "signed-out";
      if (!page.getElementById("sai")) document.getElementById("sai")?.remove(); // "there is nothing in it yet" is past
      this.at.arrived.replaceChildren(...fresh.childNodes);
      return "";
    } catch {
      return "line";
    }
  }

  private async trouble(item: Item, status: number, body: string): Promise<void> {
    if (this.current !== item) return;
    if (status === 403 || status === 401) return this.signedOut(item);
    if (status === 404 || status === 410) return this.lost(item);
    if (status >= 400 && status < 500 && ![409, 423, 429].includes(status)) return this.refuse(item, sentence(body) || say(this.at.words, "refused"));
    this.wait(item, say(this.at.words, "line"));
  }

  /** The server does not know the upload: it is in the work already, or it is too old, and goes anew. */
  private async lost(item: Item): Promise<void> {
    const id = item.url?.split("/").pop();
    const shown = await this.refresh();
    if (shown !== "") return shown === "line" ? this.wait(item, say(this.at.words, "line")) : this.signedOut(item);
    if (id && this.at.arrived.querySelector(`[data-file="${id}"]`)) return this.drop(item);
    item.url = undefined;
    item.done = false;
    this.wait(item, say(this.at.words, "waiting"));
  }

  private signedOut(item: Item): void {
    item.link.hidden = false;
    this.wait(item, say(this.at.words, "signed-out"));
  }

  private wait(item: Item, words: string): void {
    if (item.state.textContent !== words) this.at.said.textContent = words;
    this.tell(item, words);
    item.pace = new Pace();
    const delay = patience[Math.min(item.tries++, patience.length - 1)];
    window.clearTimeout(item.waits);
    item.waits = window.setTimeout(() => void this.start(item), delay);
  }

  /** Something has changed: what waits is tried at once. */
  private hurry(): void {
    const item = this.current;
    if (document.visibilityState === "hidden" || item?.waits === undefined) return;
    void this.start(item);
  }

  /** A line that died without a word, as when a telephone changes its network. */
  private watch(): void {
    const item = this.current;
    if (!item?.upload || item.done || item.waits !== undefined || Date.now() - item.heard < silence) return;
    void item.upload.abort();
    this.wait(item, say(this.at.words, "line"));
  }

  private giveUp(item: Item): void {
    const url = item.url;
    void item.upload?.abort();
    if (url) void fetch(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } }).catch(() => undefined); // what stays expires
    this.drop(item);
  }

  private refuse(item: Item, words: string): void {
    this.clean = false;
    item.row.classList.add("wrong");
    this.tell(item, words);
    this.at.said.textContent = `${item.file.name}: ${words}`;
    item.bar.remove();
    item.row.querySelector("button")?.remove();
    this.leave(item);
  }

  private drop(item: Item): void {
    item.row.remove();
    this.leave(item);
  }

  private leave(item: Item): void {
    window.clearTimeout(item.waits);
    void release(item.key);
    const at = this.items.indexOf(item);
    if (at >= 0) this.items.splice(at, 1);
    if (this.current === item) this.current = undefined;
    if (this.items.length > 0) return this.next();
    const clean = this.clean;
    this.clean = true;
    this.onIdle(clean);
  }

  private tell(item: Item, words: string): void {
    item.state.textContent = words;
  }
}
