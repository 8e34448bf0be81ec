// Every page works without this. It finds elements by their data- attributes and loads what enhances them only where
// they are.
import { themeSwitches } from "./ground";
import { shareButtons } from "./share";
import { searchBoxes } from "./suggest";

themeSwitches();
searchBoxes();
shareButtons();

for (const frame of document.querySelectorAll<HTMLElement>("[data-player]")) {
  void import("./film").then((module) => module.film(frame));
}
for (const frame of document.querySelectorAll<HTMLElement>("[data-recording]")) {
  void import("./recording").then((module) => module.recording(frame));
}
for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-closeup]")) {
  if (!link.dataset["tiles"]) continue;
  link.addEventListener("click", (event) => {
    // A new tab or window is the reader's own choice, and the plain picture is what it should hold.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void import("./closeup").then((module) => module.closeup(link)).catch(() => location.assign(link.href));
  });
}
