import { make } from "./dom";

/** Lets files and folders be dropped on a form of files: they go into its first field as if they had been chosen there. */
export function drop(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) return;
  const place = make("p", { class: "bring-in-drop", "aria-hidden": "true" }, new Text(form.dataset["drop"] ?? ""));
  form.prepend(place);
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault(); // else the browser opens the file instead of the page
      place.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) place.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    if (event.dataTransfer) void dropped(event.dataTransfer).then((files) => give(input, files));
  });
}

function give(input: HTMLInputElement, files: File[]): void {
  if (files.length === 0) return;
  const chosen = new DataTransfer();
  for (const file of files) chosen.items.add(file);
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The files that were dropped, and all that lies in the folders among them. What begins with a dot is a computer's own. */
async function dropped(transfer: DataTransfer): Promise<File[]> {
  // The entries must be asked for at once: the browser forgets them when the event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files];
  const files: File[] = [];
  for (const entry of entries) await walk(entry, files);
  return files;
}

async function walk(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (entry.name.startsWith(".")) return;
  if (entry.isFile) {
    files.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at a time
    if (some.length === 0) return;
    for (const inner of some.sort((a, b) => a.name.localeCompare(b.name, "vi", { numeric: true }))) await walk(inner, files);
  }
}
