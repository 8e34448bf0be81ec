import { words, type Words } from "./words";

/** What the archive answers to what has been typed so far. */
interface Suggestion {
  kind: "work" | "agent" | "phrase";
  text: string;
  url: string;
}

const pause = 120; // milliseconds after the last key
const least = 2; // characters: one letter begins everything

/** Makes a combobox of every search box (WAI-ARIA 1.2, list autocomplete with manual selection). Nothing is chosen by itself. */
export function searchBoxes(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-suggest]")) new SearchBox(input);
}

class SearchBox {
  private readonly word: Words;
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("div");
  private suggestions: Suggestion[] = [];
  private active = -1; // none
  private timer = 0;
  private request: AbortController | undefined;
  private asked = ""; // what the suggestions, or those on their way, are for

  constructor(private readonly input: HTMLInputElement) {
    this.word = words(input);
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
    input.parentElement?.append(this.list, this.status);
    this.listen();
  }

  private listen(): void {
    const { input, list } = this;
    input.addEventListener("input", (event) => {
      if (!(event as InputEvent).isComposing) this.typed();
    });
    input.addEventListener("compositionend", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // Some keyboards send the form whatever became of the key itself.
    input.form?.addEventListener("submit", (event) => {
      if (this.active < 0) return;
      event.preventDefault();
      this.follow(this.active);
    });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus until the click
    list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.follow(Number(option.dataset["place"]));
    });
    addEventListener("pagehide", () => this.close()); // else the list stands open when the reader comes back
  }

  private typed(): void {
    clearTimeout(this.timer);
    this.activate(-1); // what was chosen was not meant
    const text = this.text();
    if (text === this.asked) return;
    if (text.length < least) return this.close();
    this.timer = setTimeout(() => void this.ask(text), pause);
  }

  private text(): string {
    return this.input.value.trim();
  }

  /** Asks; an older question that is still under way is given up, so that the last answer is the one that counts. */
  private async ask(text: string): Promise<void> {
    this.request?.abort();
    const request = (this.request = new AbortController());
    this.asked = text;
    let found: Suggestion[] = [];
    try {
      const response = await fetch(this.input.dataset["suggest"] + encodeURIComponent(text), { signal: request.signal });
      if (response.ok) found = ((await response.json()) as { suggestions: Suggestion[] }).suggestions;
    } catch {
      // Without suggestions the box is the plain form that it is without scripts.
    }
    if (request.signal.aborted || document.activeElement !== this.input) return;
    this.show(found);
  }

  private show(found: Suggestion[]): void {
    this.suggestions = found;
    this.list.replaceChildren(...found.map((s, place) => this.option(s, place)));
    this.activate(-1);
    this.expand(found.length > 0);
    const sentence = found.length === 0 ? "none" : found.length === 1 ? "count-one" : "count";
    this.status.textContent = this.word(sentence).replace("{count}", String(found.length));
  }

  private option(s: Suggestion, place: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${place + 1}`;
    option.dataset["place"] = String(place);
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.className = "suggest-text";
    text.lang = "vi";
    text.textContent = s.text;
    const kind = document.createElement("span");
    kind.className = "suggest-kind";
    kind.textContent = this.word(s.kind);
    option.append(text, " ", kind);
    return option;
  }

  private expand(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  private close(): void {
    clearTimeout(this.timer);
    this.request?.abort();
    this.asked = "";
    this.activate(-1);
    this.expand(false);
    this.status.textContent = "";
  }

  private activate(place: number): void {
    this.active = place;
    for (const option of this.list.children) {
      option.setAttribute("aria-selected", String(option.id === `${this.list.id}-${place + 1}`));
    }
    if (place < 0) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${place + 1}`);
    this.list.children[place]?.scrollIntoView({ block: "nearest" });
  }

  private follow(place: number): void {
    const chosen = this.suggestions[place];
    if (chosen) location.assign(chosen.url);
  }

  private key(event: KeyboardEvent): void {
    // While an input method composes, the keys are its own; some tell so by the code 229 only.
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (this.list.hidden ? this.closedKey(event.key) : this.openKey(event.key)) event.preventDefault();
  }

  /** Acts on a key while the list is closed, and reports whether it was for the list. */
  private closedKey(key: string): boolean {
    if (key !== "ArrowDown" && key !== "ArrowUp") return false;
    if (this.text().length < least) return false;
    clearTimeout(this.timer);
    void this.ask(this.text());
    return true;
  }

  private openKey(key: string): boolean {
    const last = this.suggestions.length - 1;
    switch (key) {
      case "ArrowDown": // past the end back to the box itself
        this.activate(this.active < last ? this.active + 1 : -1);
        return true;
      case "ArrowUp":
        this.activate(this.active < 0 ? last : this.active - 1);
        return true;
      case "Home":
      case "End":
        if (this.active < 0) return false; // the caret moves within the words
        this.activate(key === "Home" ? 0 : last);
        return true;
      case "Escape":
        this.close();
        return true; // the browser would empty the box
      case "Enter":
        if (this.active < 0) return false; // the form is sent
        this.follow(this.active);
        return true;
      default: // Tab leaves the box, which closes the list
        return false;
    }
  }
}
