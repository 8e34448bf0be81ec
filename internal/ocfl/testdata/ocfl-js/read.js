// Opens an OCFL storage root with an independent reader and prints, as JSON, every object with its files and their digests, which
// are computed here from the bytes that the reader gives. Exits 1 when the reader refuses anything.
'use strict';
const { createHash } = require('node:crypto');
const ocfl = require('@ocfl/ocfl-fs');

async function readObject(object) {
  await object.load();
  const inventory = await object.getInventory();
  const files = {};
  for (const file of await object.files()) {
    const bytes = await object.getFile(file.logicalPath).buffer();
    const digest = createHash('sha512').update(bytes).digest('hex');
    if (digest !== file.digest) {
      throw new Error(`${object.id}: ${file.logicalPath} has another digest`);
    }
    files[file.logicalPath] = digest;
  }
  return { head: inventory.head, files };
}

async function main(root) {
  const storage = ocfl.storage({ root });
  await storage.load();
  const found = {};
  for await (const object of storage) {
    const read = await readObject(object);
    found[object.id] = read;
    // By its id, through the storage layout, it must be the same.
    const byId = await readObject(storage.object(object.id));
    if (JSON.stringify(byId) !== JSON.stringify(read)) {
      throw new Error(`${object.id}: the layout leads elsewhere`);
    }
  }
  process.stdout.write(JSON.stringify(found));
}

main(process.argv[2]).catch((err) => {
  console.error(err.message);
  process.exitCode = 1;
});
