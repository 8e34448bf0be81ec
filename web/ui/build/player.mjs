// A music player as another program would be: node player.mjs <address> <user> <password> <file>. Signs in by token through the npm client
// subsonic-api, plays the first song of the album "Tiếng nước" into the file, and prints what it was told of it. A tool of the tests.
import { writeFile } from "node:fs/promises";
import { SubsonicAPI } from "subsonic-api";

const [url, username, password, file] = process.argv.slice(2);
const api = new SubsonicAPI({ url, auth: { username, password } });
const pong = await api.ping();
if (pong.status !== "ok") {
  console.log(JSON.stringify({ refused: pong.error }));
  process.exit(3);
}
const { artists } = await api.getArtists();
const artist = artists.index.flatMap((letter) => letter.artist)[0];
const { albumList2 } = await api.getAlbumList2({ type: "alphabeticalByName" });
const { album } = await api.getAlbum({ id: albumList2.album.find((one) => one.name === "Tiếng nước").id });
const answer = await api.stream({ id: album.song[0].id });
await writeFile(file, new Uint8Array(await answer.arrayBuffer()));
console.log(JSON.stringify({ artist: artist.name, album: album.name, songs: album.song.map((song) => song.title), type: answer.headers.get("content-type") }));
