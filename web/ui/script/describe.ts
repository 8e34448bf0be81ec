import { agentBox } from "./agents";
import { words, type Words } from "./words";

const pause = 1500; // milliseconds after the last key
const again = 10_000; // milliseconds until the next try without a line

/** Keeps what is typed into the form of a work: on this device at every change, on the server when somebody pauses. Nothing is saved by it. */
export function describe(form: HTMLFormElement): void {
  new Keeper(form).start();
  for (const box of form.querySelectorAll<HTMLElement>("[data-credit]")) agentBox(box, form);
  form.addEventListener("click", (event) => take(event));
  document.querySelector<HTMLElement>("[data-summary]")?.focus();
}

/** A suggestion of a file goes into its field at one press; what needs a new row is the server's. */
function take(event: MouseEvent): void {
  const button = (event.target as Element).closest<HTMLElement>("[data-take]");
  const value = button?.dataset["take"];
  const field = document.getElementById(button?.dataset["into"] ?? "");
  if (!button || !value || !(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

class Keeper {
  private readonly word: Words;
  private readonly status: HTMLElement | null;
  private readonly key: string;
  private timer = 0;
  private sending = false;
  private leaving = false;

  constructor(private readonly form: HTMLFormElement) {
    this.word = words(form);
    this.status = form.querySelector("[data-status]");
    this.key = `describe ${form.dataset["describe"] ?? ""}`;
  }

  start(): void {
    const left = this.held();
    if (this.form.dataset["received"] !== undefined) this.hold(undefined);
    else if (left !== undefined) void this.restore(left);
    for (const kind of ["input", "change"]) this.form.addEventListener(kind, () => this.changed());
    this.form.addEventListener("submit", () => {
      this.leaving = true;
      clearTimeout(this.timer);
    });
    addEventListener("online", () => void this.send());
    addEventListener("pageshow", () => (this.leaving = false));
  }

  private typed(): string {
    return new URLSearchParams([...new FormData(this.form)].map(([name, value]): [string, string] => [name, String(value)])).toString();
  }

  private held(): string | undefined {
    try {
      return localStorage.getItem(this.key) ?? undefined;
    } catch {
      return undefined; // a browser that keeps nothing
    }
  }

  private hold(text: string | undefined): void {
    try {
      if (text === undefined) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, text);
    } catch {
      // The server keeps it all the same.
    }
  }

  private changed(): void {
    this.hold(this.typed());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), pause);
  }

  private async send(): Promise<void> {
    const text = this.held();
    if (text === undefined || this.sending || this.leaving) return;
    this.sending = true;
    const came = await this.post(text);
    this.sending = false;
    if (!came) return;
    if (this.held() !== text) return void this.send(); // something was typed meanwhile
    this.hold(undefined);
    this.say("kept");
    for (const kept of document.querySelectorAll<HTMLElement>("[data-unsaved]")) kept.hidden = false;
  }

  /** Sends and reports whether it came; says why when it did not. */
  private async post(text: string): Promise<boolean> {
    try {
      const answer = await fetch(`${this.form.action.split("#")[0]}/nhap`, {
        method: "POST",
        redirect: "manual",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: text,
      });
      if (answer.ok) return true;
      if (answer.type === "opaqueredirect") this.expired();
      else this.say("refused");
    } catch {
      this.say("offline");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.send(), again);
    }
    return false;
  }

  /** What this device still holds goes to the server, which then draws the form with it. */
  private async restore(text: string): Promise<void> {
    if (!(await this.post(text))) return;
    this.hold(undefined);
    location.reload();
  }

  private say(key: string): void {
    if (this.status) this.status.textContent = this.word(key);
  }

  private expired(): void {
    this.say("expired");
    const link = document.createElement("a");
    link.href = this.form.dataset["signIn"] ?? "/";
    link.target = "_blank";
    link.className = "button";
    link.textContent = this.word("sign-in");
    this.status?.append(" ", link);
  }
}
