/** The sentences that the page gives a script for its own buttons, from the catalogue of the site. */
export type Words = (key: string) => string;

/** Reads data-words of an element. An unknown key answers itself, so that a forgotten one is seen. */
export function words(element: HTMLElement): Words {
  let table: Record<string, string> = {};
  try {
    table = JSON.parse(element.dataset["words"] ?? "{}") as Record<string, string>;
  } catch {
    // The keys stand in for their sentences.
  }
  return (key) => table[key] ?? key;
}
