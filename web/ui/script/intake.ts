import { lasting, Refused, upload, type Watch } from "./upload";

/** How many files are told of together. */
const toldTogether = 50;

interface Chosen {
  file: File;
  path: string;
  list: boolean;
}

/** Sends the files of the form one after another, so that a lost line costs a piece and not everything. */
export function intakeForm(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    const files = chosen(form);
    if (files.length === 0) return;
    event.preventDefault();
    void new Sending(form, files).run();
  });
}

function chosen(form: HTMLFormElement): Chosen[] {
  return [...form.querySelectorAll<HTMLInputElement>("input[type=file]")].flatMap((input) =>
    [...(input.files ?? [])].map((file) => ({ file, list: input.name === "bang-ke", path: input.name === "thu-muc" ? below(file) : file.name })),
  );
}

/** The path below the folder that was chosen: a list does not name that folder itself. */
function below(file: File): string {
  const path = file.webkitRelativePath;
  return path.includes("/") ? path.slice(path.indexOf("/") + 1) : file.name;
}

class Sending {
  private readonly bar: HTMLProgressElement;
  private readonly status: HTMLElement;
  private readonly all: number;
  private done = 0;
  private files = 0;
  private told: URLSearchParams = new URLSearchParams();

  constructor(
    private readonly form: HTMLFormElement,
    private readonly list: Chosen[],
  ) {
    const place = form.querySelector<HTMLElement>("[data-intake-sending]")!;
    place.hidden = false;
    this.bar = place.querySelector("progress")!;
    this.status = place.querySelector<HTMLElement>("[role=status]")!;
    this.all = list.reduce((sum, c) => sum + c.file.size, 0);
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }

  async run(): Promise<void> {
    let refused = false;
    addEventListener("beforeunload", stay);
    for (const c of [...this.list].sort((a, b) => Number(a.list) - Number(b.list))) {
      try {
        const id = await upload(c.file, this.watch());
        if (c.list) this.told.set("bang-ke", id);
        else {
          this.told.append("tep", id);
          this.told.append("duong-dan", c.path);
        }
        if (this.told.getAll("tep").length >= toldTogether) await this.tell();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused = true;
        this.complain(c.path, error.message);
      }
      this.done += c.file.size;
      this.files++;
      this.show(0);
    }
    try {
      await this.tell();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused = true;
      this.complain("", error.message);
    }
    removeEventListener("beforeunload", stay);
    for (const button of this.form.querySelectorAll("button")) button.disabled = false;
    if (!refused) location.assign(location.pathname);
  }

  private watch(): Watch {
    return {
      sent: (bytes) => this.show(bytes),
      paused: (lost) => {
        if (lost) this.status.textContent = this.form.dataset["paused"] ?? "";
      },
    };
  }

  private show(bytes: number): void {
    const share = this.all > 0 ? Math.floor((100 * (this.done + bytes)) / this.all) : 100;
    this.bar.max = 100;
    this.bar.value = share;
    const words = [String(this.files), String(this.list.length), String(share)];
    this.status.textContent = (this.form.dataset["sending"] ?? "").replace(/#(\d)/g, (_, n: string) => words[Number(n) - 1] ?? "");
  }

  private async tell(): Promise<void> {
    const body = this.told;
    if ([...body.keys()].length === 0) return;
    this.told = new URLSearchParams();
    await lasting(this.watch(), () => fetch(this.form.dataset["intakeSend"] ?? "", { method: "POST", headers: { Accept: "application/json" }, body }));
  }

  private complain(path: string, why: string): void {
    const line = document.createElement("p");
    line.className = "wrong";
    line.setAttribute("role", "alert");
    line.textContent = `${this.form.dataset["refused"] ?? ""} ${path}. ${why}`;
    this.status.after(line);
  }
}

function stay(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Looks again while the archive is at work, and shows the whole page once it is done. */
export function intakeLive(place: HTMLElement): void {
  const look = async (): Promise<void> => {
    const answer = await fetch(location.href).catch(() => undefined);
    const text = answer?.ok ? await answer.text() : "";
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector<HTMLElement>("[data-intake-live]");
    if (fresh && fresh.dataset["working"] === undefined) {
      location.reload();
      return;
    }
    if (fresh) {
      const bar = place.querySelector("progress");
      const next = fresh.querySelector("progress");
      if (bar && next) {
        bar.max = next.max;
        bar.value = next.value;
        place.querySelector(".num")!.textContent = fresh.querySelector(".num")?.textContent ?? "";
      } else place.replaceChildren(...fresh.childNodes);
    }
    setTimeout(() => void look(), 2000);
  };
  setTimeout(() => void look(), 1000);
}
