// Reads playlists with an independent parser in strict mode. Exits 1 at the first that it refuses.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import HLS from 'hls-parser';

HLS.setOptions({ strictMode: true });
for (const path of process.argv.slice(2)) {
  try {
    const list = HLS.parse(readFileSync(path, 'utf8'));
    const count = list.isMasterPlaylist ? list.variants.length : list.segments.length;
    if (count === 0) throw new Error('nothing in it');
  } catch (err) {
    console.error(`${pathToFileURL(path)}: ${err.message}`);
    process.exit(1);
  }
}
