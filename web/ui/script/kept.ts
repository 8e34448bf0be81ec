// What somebody types stands on the server after a moment, and on the device before that: neither a lost line nor a session that has ended
// makes anybody write it again.
import { make } from "./dom";
import { keep, recall } from "./keep";
import type { Words } from "./send";

const pause = 1_500; // milliseconds without a key
type Field = HTMLTextAreaElement | HTMLInputElement;

export function keptFields(fields: Field[]): void {
  for (const field of fields) kept(field);
}

function kept(field: Field): void {
  const key = `kept:${field.dataset["kept"]}`;
  const told = document.querySelector<HTMLElement>("[data-saved]");
  const words = JSON.parse(document.querySelector<HTMLElement>("[data-upload]")?.dataset["words"] ?? "{}") as Words;
  const tell = (name: string) => told && (told.textContent = words[name] ?? "");
  const shown = field.value; // by the server
  const before = read(recall(key));
  const restore = () => {
    if (!before || before.text === field.value) return;
    field.value = before.text;
    tell("restored");
    void save();
  };
  if (before?.text === shown) keep(key, "");
  if (before && before.text !== shown && before.base === shown) restore();
  else if (before && before.text !== shown) offer(field, words["restore"] ?? "", restore); // somebody wrote elsewhere since
  let timer = 0;
  field.addEventListener("input", () => {
    keep(key, JSON.stringify({ base: shown, text: field.value }));
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void save(), pause);
  });

  async function save(): Promise<void> {
    const text = field.value;
    try {
      const answer = await fetch(address(field), { method: "POST", body: body(field, text), redirect: "manual" });
      if (answer.status === 202) return void tell("here"); // handed in before: the button saves it
      if (answer.status !== 204) return void tell("kept");
      if (field.value === text) keep(key, "");
      tell("saved");
    } catch {
      tell("kept");
    }
  }
}

function read(stored: string): { base: string; text: string } | undefined {
  try {
    return stored ? (JSON.parse(stored) as { base: string; text: string }) : undefined;
  } catch {
    return undefined;
  }
}

function offer(field: Field, label: string, restore: () => void): void {
  const button = make("button", { class: "button", type: "button" }, new Text(label));
  button.addEventListener("click", () => {
    button.remove();
    restore();
    field.focus();
  });
  field.after(button);
}

/** Where a field is saved while it is typed: the text of a work by itself, title and words as their form is sent. */
function address(field: Field): string {
  const of = field.dataset["kept"] ?? "";
  const base = of.slice(0, of.lastIndexOf("/"));
  return field.name === "loi" ? `${base}/van-ban` : `${base}/loi`;
}

function body(field: Field, text: string): URLSearchParams {
  return new URLSearchParams(field.name === "loi" ? { loi: text } : { [field.name]: text, luu: "1" });
}
