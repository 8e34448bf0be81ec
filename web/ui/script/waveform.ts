interface Wave {
  duration: number; // seconds
  peaks: number[]; // 0..255
}

/** Draws the recording's peaks behind the seek bar and colours what has been heard. Without them the bar stays plain. */
export async function waveform(place: HTMLElement, audio: HTMLAudioElement, address: string): Promise<void> {
  const wave = await read(address);
  if (!wave) return;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  place.prepend(canvas);
  place.classList.add("drawn");
  const paint = () => draw(canvas, wave.peaks, audio.currentTime / (audio.duration || wave.duration || 1));
  for (const name of ["timeupdate", "seeking", "loadedmetadata"]) audio.addEventListener(name, paint);
  document.addEventListener("groundchange", paint);
  new ResizeObserver(paint).observe(place);
}

async function read(address: string): Promise<Wave | undefined> {
  try {
    const response = await fetch(address);
    if (!response.ok) return undefined;
    const wave = (await response.json()) as Wave;
    return Array.isArray(wave.peaks) && wave.peaks.length > 0 ? wave : undefined;
  } catch {
    return undefined;
  }
}

function draw(canvas: HTMLCanvasElement, peaks: number[], heard: number): void {
  const scale = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  const brush = canvas.getContext("2d");
  if (!brush || width === 0) return;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const style = getComputedStyle(canvas);
  const [past, future] = [style.getPropertyValue("--accent"), style.getPropertyValue("--edge")];
  const step = Math.max(3, Math.round(4 * scale));
  const bars = Math.floor(width / step);
  brush.clearRect(0, 0, width, height);
  for (let bar = 0; bar < bars; bar++) {
    const from = Math.floor((bar * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars));
    const peak = Math.max(...peaks.slice(from, to)) / 255;
    const tall = Math.max(2 * scale, peak * height * 0.92);
    brush.fillStyle = bar / bars < heard ? past : future;
    brush.fillRect(bar * step, (height - tall) / 2, step - Math.max(1, Math.round(1.4 * scale)), tall);
  }
}
