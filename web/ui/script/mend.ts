import type Hls from "hls.js";
import type { AbrController, Events, FragBufferedData, HlsConfig, TrackLoadedData } from "hls.js";

/** Two parts of hls.js 1.7 as ours need them; everything else of them stays. */
export function mended({ DefaultConfig: { abrController, audioStreamController } }: typeof Hls): Partial<HlsConfig> {
  return { abrController: honest(abrController), ...(audioStreamController && { audioStreamController: loyal(audioStreamController) }) };
}

type Loyal = NonNullable<HlsConfig["audioStreamController"]>;

/** What comes from the browser's own store says nothing of the line: it would bring a size that does not pass. */
function honest(base: typeof AbrController): typeof AbrController {
  return class extends base {
    protected override onFragBuffered(event: Events.FRAG_BUFFERED, data: FragBufferedData): void {
      if (!kept(data.frag.url)) super.onFragBuffered(event, data);
    }
  };
}

/** A playlist of sounds that comes when another size with other sounds has been taken is not theirs. hls.js counts sounds within their
 * group and takes it for that of the same number: the smallest picture went on with the largest sound. */
function loyal(base: Loyal): Loyal {
  const open = base as unknown as new (...made: unknown[]) => { hls: Hls; onAudioTrackLoaded(event: string, data: TrackLoadedData): void };
  return class extends open {
    override onAudioTrackLoaded(event: string, data: TrackLoadedData): void {
      if (this.hls.audioTracks[data.id]?.groupId === data.groupId) super.onAudioTrackLoaded(event, data);
    }
  } as unknown as Loyal;
}

/** Reports whether what was loaded last of an address came out of the browser's own store. */
function kept(address: string): boolean {
  const last = performance.getEntriesByName(new URL(address, location.href).href).pop() as PerformanceResourceTiming | undefined;
  if (!last) performance.clearResourceTimings(); // the browser's list is full
  return last !== undefined && last.transferSize < last.encodedBodySize;
}
