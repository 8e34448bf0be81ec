/** How long, in milliseconds, a browser takes from being told to play to the first sound, as it took last time. On a slow machine it is a
 * tenth of a second: enough to hear a hole between two movements of one piece. */
let last = 60;

const longest = 120; // more was the line or a stalled machine

/** What is to be reckoned with now. */
export function latency(): number {
  return last;
}

/** Learns from a player how long it takes to begin with what it has loaded already. */
export function learnLatency(audio: HTMLAudioElement): void {
  audio.addEventListener("play", () => {
    if (audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) return; // it waits for the line, not for the device
    const [began, from] = [performance.now(), audio.currentTime];
    const look = () => {
      const heard = audio.currentTime - from;
      if (audio.paused || audio.seeking || heard < 0 || performance.now() - began > 2000) return;
      if (heard < 0.1) return void requestAnimationFrame(look);
      const took = performance.now() - began - (heard * 1000) / audio.playbackRate;
      last = Math.min(Math.max(took, 0), longest);
    };
    look();
  });
}
