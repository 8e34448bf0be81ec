/** Tells the system what plays, so that it goes on with the screen off and answers the keys of headphones and lock screens. */
export function session(frame: HTMLElement, media: HTMLMediaElement): void {
  if (!("mediaSession" in navigator)) return;
  const system = navigator.mediaSession;
  const handle = (action: MediaSessionAction, does: (details: MediaSessionActionDetails) => void) => {
    try {
      system.setActionHandler(action, does);
    } catch {
      // an action that this browser does not know
    }
  };
  const move = (by: number) => (media.currentTime = Math.min(Math.max(0, media.currentTime + by), media.duration || Infinity));
  const position = () => {
    const { duration, playbackRate, currentTime } = media;
    if (!Number.isFinite(duration) || duration <= 0 || !("setPositionState" in system)) return;
    system.setPositionState({ duration, playbackRate: playbackRate || 1, position: Math.min(currentTime, duration) });
  };
  // Of several recordings on a page the one that plays is meant.
  media.addEventListener("play", () => {
    const poster = media instanceof HTMLVideoElement ? media.poster : "";
    system.metadata = new MediaMetadata({
      title: frame.dataset["title"] ?? document.title,
      artist: frame.dataset["by"] ?? "",
      ...(poster ? { artwork: [{ src: poster }] } : {}),
    });
    handle("play", () => void media.play().catch(() => undefined));
    handle("pause", () => media.pause());
    handle("seekbackward", (details) => move(-(details.seekOffset ?? 10)));
    handle("seekforward", (details) => move(details.seekOffset ?? 10));
    handle("seekto", (details) => (media.currentTime = details.seekTime ?? media.currentTime));
    system.playbackState = "playing";
    position();
  });
  media.addEventListener("pause", () => (system.playbackState = "paused"));
  for (const name of ["durationchange", "ratechange", "seeked"]) media.addEventListener(name, position);
}
