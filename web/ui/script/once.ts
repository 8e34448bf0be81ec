/** A form marked data-once is sent once, however often its button is pressed: a second press would break off the answer to the first, and with it an
 * invitation that is good for one use. A page that comes back from the browser's memory may send again. */
export function sendOnce(): void {
  const sent = new Set<EventTarget>();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset["once"] === undefined) return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
  });
  window.addEventListener("pageshow", () => sent.clear());
}
