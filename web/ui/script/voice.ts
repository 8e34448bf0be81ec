import { make } from "./dom";
import { say, type Words } from "./send";

/** The forms in which browsers record, the first that this one can. */
const forms = [
  ["audio/webm;codecs=opus", ".webm"],
  ["audio/mp4", ".m4a"],
  ["audio/ogg;codecs=opus", ".ogg"],
] as const;

/** Shows a button that records a voice and gives the recording as a file. */
export function voice(place: HTMLElement, words: Words, give: (file: File) => void): void {
  if (!("MediaRecorder" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const form = forms.find(([type]) => MediaRecorder.isTypeSupported(type));
  if (!form) return;
  const button = make("button", { class: "button large", type: "button" }, new Text(say(words, "record")));
  const told = make("p", { class: "help", role: "status" });
  place.append(button, told);
  place.hidden = false;
  let recorder: MediaRecorder | undefined;
  button.addEventListener("click", () => {
    if (recorder) return recorder.stop();
    void record(form).then((begun) => (recorder = begun));
  });

  async function record([type, end]: (typeof forms)[number]): Promise<MediaRecorder | undefined> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      told.textContent = say(words, "no-microphone");
      return undefined;
    }
    const pieces: Blob[] = [];
    const began = Date.now();
    const made = new MediaRecorder(stream, { mimeType: type });
    const clock = window.setInterval(() => (button.dataset["time"] = minutes(Date.now() - began)), 500);
    made.addEventListener("dataavailable", (event) => event.data.size > 0 && pieces.push(event.data));
    made.addEventListener("stop", () => {
      window.clearInterval(clock);
      stream.getTracks().forEach((track) => track.stop());
      delete button.dataset["time"];
      button.textContent = say(words, "record");
      told.textContent = "";
      recorder = undefined;
      const plain = type.split(";")[0] ?? type;
      give(new File(pieces, `${say(words, "voice-name")} ${stamp(new Date(began))}${end}`, { type: plain, lastModified: began }));
    });
    made.start(1000); // by the second, so that a browser that dies loses no more
    button.textContent = say(words, "record-stop");
    told.textContent = say(words, "recording", "");
    return made;
  }
}

/** When it was, as far as file names may say it. */
function stamp(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(at.getDate())}-${two(at.getMonth() + 1)} ${two(at.getHours())}.${two(at.getMinutes())}.${two(at.getSeconds())}`;
}

function minutes(span: number): string {
  const seconds = Math.floor(span / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
