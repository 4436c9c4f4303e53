// Writes NAME.gz beside every text asset of dist/, so that the server sends it without compressing at run time.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const compressible = /\.(js|css|html|svg|json)$/;
const smallest = 1024;
let raw = 0;
let packed = 0;

async function walk(directory) {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await walk(path);
    else if (compressible.test(entry.name) && (await stat(path)).size >= smallest) {
      const bytes = await readFile(path);
      const gz = gzipSync(bytes, { level: 9 });
      await writeFile(`${path}.gz`, gz);
      raw += bytes.length;
      packed += gz.length;
    }
  }
}

await walk(dist);
console.log(`compressed ${(raw / 1024).toFixed(0)} kB to ${(packed / 1024).toFixed(0)} kB`);
