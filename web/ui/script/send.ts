// The page on which a member gives the files of a work: each is sent as soon as it is chosen, whatever becomes of the line.
import { make } from "./dom";
import { held, type Held } from "./hold";
import { Sending } from "./sending";
import { voice } from "./voice";

/** What a file is to the work: a page of something written, a voice, or just a file. */
export type As = "" | "page" | "voice";

/** The sentences of the catalogue for this page. */
export type Words = Record<string, string>;

/** Fills the places of a sentence. */
export function say(words: Words, key: string, ...values: string[]): string {
  return values.reduce((text, value, i) => text.replace(`{${i + 1}}`, value), words[key] ?? key);
}

export async function send(form: HTMLFormElement): Promise<void> {
  const words = JSON.parse(form.dataset["words"] ?? "{}") as Words;
  const work = form.dataset["upload"] ?? "";
  const arrived = document.querySelector<HTMLElement>("[data-arrived]");
  if (!arrived) return;
  const list = make("ul", { class: "things send-list" });
  const said = make("p", { class: "visually-hidden", role: "status" });
  arrived.after(list, said);
  const sending = new Sending({ work, words, list, said, arrived, page: form.dataset["page"] ?? location.pathname, signIn: form.dataset["signIn"] ?? "/dang-nhap" });
  for (const element of form.querySelectorAll<HTMLElement>("[data-plain]")) element.hidden = true; // what is chosen goes by itself
  for (const input of form.querySelectorAll<HTMLInputElement>("input[type=file]")) {
    const button = make("span", { class: "button send-choose", "aria-hidden": "true" }, new Text(say(words, input.name === "trang" ? "shoot" : input.webkitdirectory ? "choose-folder" : "choose")));
    const cover = make("div", { class: "send-cover" });
    input.replaceWith(cover); // the field lies unseen over a button of ours, whose words are not the browser's own
    cover.append(input, button);
    const take = () => {
      const files = [...(input.files ?? [])];
      input.value = ""; // so that the same file may be chosen again
      for (const file of files) sending.add(file, input.name === "trang" ? "page" : "");
    };
    input.addEventListener("change", take);
    take(); // what was chosen before this script had come
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  const place = document.querySelector<HTMLElement>("[data-voice]");
  if (place) voice(place, words, (file) => sending.add(file, "voice"));
  goOn(sending, words);
  (await held(work)).forEach((kept: Held) => sending.add(kept.file, kept.as));
}

/** Whoever presses on while files are under way is taken on when they have arrived. */
function goOn(sending: Sending, words: Words): void {
  const next = document.querySelector<HTMLFormElement>("[data-next]");
  if (!next) return;
  const told = make("p", { class: "help", role: "status" });
  next.append(told);
  let wanted = false;
  next.addEventListener("submit", (event) => {
    if (sending.idle()) return;
    event.preventDefault();
    wanted = true;
    told.textContent = say(words, "unfinished");
  });
  sending.onIdle = (clean) => {
    told.textContent = "";
    if (wanted && clean) next.requestSubmit();
    wanted = false;
  };
}
