// Files that are being sent are kept on the device until they have arrived, so that a page that was loaded again, or that a locked telephone
// has dropped, goes on by itself. Longer ones are chosen again; their upload goes on all the same.
import type { As } from "./send";

const longest = 256 * 1024 * 1024; // bytes

export interface Held {
  key: string;
  work: string;
  as: As;
  file: File;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("vannghe-sending", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("no storage"));
  });
}

async function ask<T>(mode: IDBTransactionMode, what: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const asked = what(base.transaction("files", mode).objectStore("files"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error("no storage"));
    });
  } finally {
    base.close();
  }
}

/** Keeps a file. Where nothing can be kept, it is chosen again after the page was left. */
export async function hold(held: Held): Promise<void> {
  if (held.file.size > longest) return;
  await ask("readwrite", (store) => store.put(held)).catch(() => undefined);
}

export async function release(key: string): Promise<void> {
  await ask("readwrite", (store) => store.delete(key)).catch(() => undefined);
}

/** The files that were on their way into a work. */
export async function held(work: string): Promise<Held[]> {
  const all = await ask<Held[]>("readonly", (store) => store.getAll() as IDBRequest<Held[]>).catch(() => []);
  return all.filter((one) => one.work === work && one.file instanceof File);
}
