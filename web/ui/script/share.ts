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
    if (!navigator.clipboard) continue; // only on https and localhost
    button.hidden = false;
    button.addEventListener("click", () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const before = button.textContent;
  await navigator.clipboard.writeText(button.dataset["copy"] ?? location.href);
  button.textContent = button.dataset["done"] ?? before;
  button.setAttribute("aria-live", "polite");
  setTimeout(() => (button.textContent = before), 2500);
}
