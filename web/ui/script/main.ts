// Every page works without this. It finds elements by their data- attributes and loads what enhances them only where
// they are.
import { themeSwitches } from "./ground";
import { leave } from "./leave";
import { sendOnce } from "./once";
import { readQueue, trackOf } from "./queue";
import { shareButtons } from "./share";
import { searchBoxes } from "./suggest";

themeSwitches();
sendOnce();
searchBoxes();
shareButtons();
leave();

for (const frame of document.querySelectorAll<HTMLElement>("[data-player]")) {
  void import("./film").then((module) => module.film(frame));
}
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-describe]")) {
  void import("./describe").then((module) => module.describe(form));
}
const upload = document.querySelector<HTMLFormElement>("[data-upload]");
if (upload) void import("./send").then((module) => module.send(upload));
if (upload?.dataset["drop"]) void import("./drop").then((module) => module.drop(upload));
const typed = [...document.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>("[data-kept]")];
if (typed.length > 0) void import("./kept").then((module) => module.keptFields(typed));
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-intake-send]")) {
  void import("./intake").then((module) => module.intakeForm(form));
}
for (const list of document.querySelectorAll<HTMLElement>("[data-order]")) {
  void import("./order").then((module) => module.orderList(list));
}
const live = document.querySelector<HTMLElement>("[data-intake-live][data-working]");
if (live) void import("./intake").then((module) => module.intakeLive(live));
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-agents]")) {
  void import("./agents").then((module) => form.querySelectorAll<HTMLElement>("[data-credit]").forEach((row) => module.agentBox(row, form)));
}
void listening();
for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-closeup]")) {
  if (!link.dataset["tiles"]) continue;
  link.addEventListener("click", (event) => {
    // A new tab or window is the reader's own choice, and the plain picture is what it should hold.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void import("./closeup").then((module) => module.closeup(link)).catch(() => location.assign(link.href));
  });
}

/** Dresses the recordings of this page, beginning the one that was being listened to where it was left, and goes on with what was
 * playing on the page before. */
async function listening(): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-listening-place]");
  const frames = [...document.querySelectorAll<HTMLElement>("[data-recording]")];
  const queue = place ? readQueue() : undefined; // in a frame on another site there is no place for it
  if (frames.length === 0 && !queue) return;
  const now = queue?.tracks[queue.at];
  const desks = frames.flatMap((frame) => {
    const audio = frame.querySelector("audio");
    const track = trackOf(frame);
    if (queue && track.file === now?.file && Number(frame.dataset["start"]) === 0) frame.dataset["start"] = String(queue.second);
    return audio ? [{ track, audio }] : [];
  });
  if (frames.length > 0) {
    const { recording, decked } = await import("./recording");
    if (place) desks.forEach((desk) => decked(desk, desks));
    await Promise.allSettled(frames.map(recording));
  }
  if (place) (await import("./listen")).listen(place, desks);
}
