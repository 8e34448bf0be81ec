import { make } from "./controls";
import { stream, type Reel } from "./stream";
import { words } from "./words";

/** The way on which a film is at present. */
export interface Trip {
  depart: (reel: Reel, at: number) => Promise<void>; // ends the way it is on and begins another
}

export function tripOf(frame: HTMLElement): Trip {
  let end = () => {};
  return {
    depart: async (reel, at) => {
      end();
      end = await begin(frame, reel, at);
    },
  };
}

/** Begins a reel at an instant. Where it cannot be had in any way it says so below the player, with a button that tries
 * again. Returns what ends it. */
export async function begin(frame: HTMLElement, reel: Reel, at: number): Promise<() => void> {
  let note: HTMLElement | undefined;
  let end = () => {};
  const go = async (from: number): Promise<void> => {
    end = await stream(reel, from, (reached) => {
      reel.media.pause();
      note = trouble(frame, () => {
        void go(reached)
          .then(() => reel.media.play())
          .catch(() => undefined);
      });
    });
  };
  await go(at);
  return () => {
    note?.remove();
    end();
  };
}

function trouble(frame: HTMLElement, retry: () => void): HTMLElement {
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
  return note;
}
