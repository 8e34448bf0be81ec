import { make } from "./controls";
import { stream, type Reel } from "./stream";
import { words } from "./words";

/** Begins a reel at an instant. Where it cannot be had in any way it says so below the player, with a button that tries
 * again. */
export async function begin(frame: HTMLElement, reel: Reel, at: number): Promise<void> {
  await stream(reel, at, (reached) => {
    reel.media.pause();
    trouble(frame, () => {
      void begin(frame, reel, reached)
        .then(() => reel.media.play())
        .catch(() => undefined);
    });
  });
}

function trouble(frame: HTMLElement, retry: () => void): void {
  const word = words(frame);
  const said = make("p");
  said.textContent = word("failed");
  const button = make("button", { type: "button", class: "button main" });
  button.textContent = word("retry");
  const stage = frame.closest(".stage");
  const note = make("div", { class: stage ? "stage-note" : "notice", role: "alert", "data-trouble": "" }, said, make("p", {}, button));
  button.addEventListener("click", () => {
    note.remove();
    retry();
  });
  frame.after(note);
  // A film fills the window, so that the note may lie below it. A recording may fail before anybody asked for it.
  if (stage) note.scrollIntoView({ block: "nearest" });
}
