/** Who signs out leaves nothing of what was typed and not sent on a device that others may use. */
export function leave(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[action$="/dang-xuat"]')) {
    form.addEventListener("submit", () => {
      try {
        for (const key of Object.keys(localStorage)) if (/^(kept:|describe )/.test(key)) localStorage.removeItem(key);
        indexedDB.deleteDatabase("vannghe-sending");
      } catch {
        // A browser that keeps nothing has nothing to forget.
      }
    });
  }
}
