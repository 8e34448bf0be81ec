import { words, type Words } from "./words";

/** Somebody whom the archive knows. */
interface Agent {
  id: string; // "" for somebody new
  name: string;
  about: string;
}

const pause = 150; // milliseconds after the last key

/** Makes a combobox of the name of a credit (WAI-ARIA 1.2, list autocomplete with manual selection): whoever is chosen is named in the hidden fields that
 * the form without scripts fills by its search step. */
export function agentBox(row: HTMLElement, form: HTMLFormElement): void {
  const input = row.querySelector<HTMLInputElement>("[data-agent]");
  const box = row.querySelector<HTMLElement>("[data-agent-box]");
  if (input && box) new AgentBox(row, box, input, form);
}

class AgentBox {
  private readonly word: Words;
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("div");
  private readonly find: string;
  private found: Agent[] = [];
  private active = -1; // none
  private timer = 0;
  private request: AbortController | undefined;

  constructor(private readonly row: HTMLElement, box: HTMLElement, private readonly input: HTMLInputElement, form: HTMLFormElement) {
    this.word = words(form);
    this.find = form.dataset["find"] ?? "";
    this.list.id = `${input.id}-goi-y`;
    this.list.className = "suggest";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.word("label"));
    this.list.hidden = true;
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    box.classList.add("describe-box");
    box.append(this.list, this.status);
    const button = row.querySelector<HTMLElement>("[data-agent-find]");
    if (button) button.hidden = true; // the list does the same
    this.listen();
  }

  private listen(): void {
    const { input, list } = this;
    input.addEventListener("input", (event) => {
      if (event instanceof InputEvent && !event.isComposing) this.typed();
    });
    input.addEventListener("compositionend", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus until the click
    list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.choose(Number(option.dataset["place"]));
    });
  }

  private typed(): void {
    clearTimeout(this.timer);
    this.set("", "", false); // whoever was chosen is not meant any more
    const text = this.input.value.trim();
    if (text.length < 2) return this.close();
    this.timer = setTimeout(() => void this.ask(text), pause);
  }

  private async ask(text: string): Promise<void> {
    this.request?.abort();
    const request = (this.request = new AbortController());
    let found: Agent[] = [];
    try {
      const answer = await fetch(`${this.find}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (answer.ok) found = ((await answer.json()) as { agents: Agent[] }).agents;
    } catch {
      // Without the list the name is looked up when the form is sent.
    }
    if (request.signal.aborted || document.activeElement !== this.input) return;
    this.show(this.row.dataset["known"] === undefined ? [...found, { id: "", name: text, about: "" }] : found);
  }

  private show(found: Agent[]): void {
    this.found = found;
    this.list.replaceChildren(...found.map((agent, place) => this.option(agent, place)));
    this.activate(-1);
    this.expand(found.length > 0);
    const known = found.filter((agent) => agent.id !== "").length;
    this.status.textContent = this.word(known === 0 ? "none" : "count").replace("{count}", String(known));
  }

  private option(agent: Agent, place: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${place + 1}`;
    option.dataset["place"] = String(place);
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.className = "suggest-text";
    name.textContent = agent.id === "" ? this.word("new").replace("{name}", agent.name) : agent.name;
    const about = document.createElement("span");
    about.className = "suggest-kind";
    about.textContent = agent.about;
    option.append(name, " ", about);
    return option;
  }

  private choose(place: number): void {
    const agent = this.found[place];
    if (!agent) return;
    this.close();
    this.input.value = agent.name;
    this.set(agent.id, agent.about, agent.id === "");
    for (const choice of this.row.querySelectorAll<HTMLInputElement>("input[type=radio]")) choice.checked = false;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    if (agent.id === "") this.row.querySelector<HTMLInputElement>("[data-agent-new] input[type=checkbox]")?.focus();
  }

  /** Writes who is meant into the fields that are sent. */
  private set(id: string, about: string, made: boolean): void {
    const known = this.row.querySelector<HTMLInputElement>("[data-agent-id]");
    const mark = this.row.querySelector<HTMLInputElement>("[data-agent-made]");
    const line = this.row.querySelector<HTMLElement>("[data-agent-about]");
    const fields = this.row.querySelector<HTMLElement>("[data-agent-new]");
    if (known) known.value = id;
    if (mark) mark.value = made ? "1" : "";
    if (fields) fields.hidden = !made;
    if (!line) return;
    line.textContent = about;
    line.hidden = about === "";
    if (about !== "") this.input.setAttribute("aria-describedby", line.id);
  }

  private expand(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  private close(): void {
    clearTimeout(this.timer);
    this.request?.abort();
    this.activate(-1);
    this.expand(false);
  }

  private activate(place: number): void {
    this.active = place;
    for (const option of this.list.children) option.setAttribute("aria-selected", String(option.id === `${this.list.id}-${place + 1}`));
    if (place < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${place + 1}`);
    this.list.children[place]?.scrollIntoView({ block: "nearest" });
  }

  private key(event: KeyboardEvent): void {
    // While an input method composes, the keys are its own; some tell so by the code 229 only.
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (this.list.hidden ? this.closedKey(event.key) : this.openKey(event.key)) event.preventDefault();
  }

  private closedKey(key: string): boolean {
    const text = this.input.value.trim();
    if ((key !== "ArrowDown" && key !== "ArrowUp") || text.length < 2) return false;
    void this.ask(text);
    return true;
  }

  private openKey(key: string): boolean {
    const last = this.found.length - 1;
    switch (key) {
      case "ArrowDown": // past the end back to the box itself
        this.activate(this.active < last ? this.active + 1 : -1);
        return true;
      case "ArrowUp":
        this.activate(this.active < 0 ? last : this.active - 1);
        return true;
      case "Escape":
        this.close();
        return true;
      case "Enter":
        if (this.active < 0) return false; // the form is sent
        this.choose(this.active);
        return true;
      default: // Tab leaves the box, which closes the list
        return false;
    }
  }
}
