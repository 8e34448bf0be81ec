/** Reads what this person chose before, "" for nothing. It is kept on their device alone. */
export function recall(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // storage is forbidden
  }
}

/** Keeps a choice on this device, or forgets it when it is "". Where storage is forbidden it holds for this page. */
export function keep(key: string, value: string): void {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // Storage is forbidden or full.
  }
}
