/** Shows the buttons for sharing and copying an address where the browser can do it. */
export function shareButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-share]")) {
    if (!("share" in navigator)) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const { url = location.href, title = document.title } = button.dataset;
      // Closing the dialogue rejects too; there is nothing to say about that.
      navigator.share({ url, title }).catch(() => undefined);
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const before = button.textContent;
  if (!(await copyText(button.dataset["copy"] ?? location.href))) return;
  button.textContent = button.dataset["done"] ?? before;
  button.setAttribute("aria-live", "polite");
  setTimeout(() => (button.textContent = before), 2500);
}

/** Copies a text and says whether that was possible. Where the clipboard may not be written, as on sites without https, the
 * browser's own command is asked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
