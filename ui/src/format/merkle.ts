// RFC 9162 2.1.3.2: does the inclusion path lead from the leaf to the root? Computed here, so that nobody has to believe
// the server. Undefined where the browser gives no SHA-256 (pages not from localhost or https).
const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function nodeOf(left: string, right: string): Promise<string> {
  const node = Uint8Array.from([1, ...bytesOf(left), ...bytesOf(right)]);
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', node)));
}

export interface Inclusion {
  index: number;
  size: number;
  leaf_hash: string;
  root: string;
  path: string[];
}

export async function isIncluded({ index, size, leaf_hash, root, path }: Inclusion): Promise<boolean | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  if (index >= size) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf_hash;
  for (const sibling of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = await nodeOf(sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = await nodeOf(hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash === root;
}
