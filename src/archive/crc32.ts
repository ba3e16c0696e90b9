// CRC-32 as zip and gzip use it (reflected polynomial 0xEDB88320), four bytes a step.

const tables = makeTables();

function makeTables(): [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const made: [Uint32Array, Uint32Array, Uint32Array, Uint32Array] = [
    new Uint32Array(256),
    new Uint32Array(256),
    new Uint32Array(256),
    new Uint32Array(256),
  ];
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    made[0][byte] = crc;
  }
  const first = made[0];
  for (let byte = 0; byte < 256; byte++) {
    let crc = at(first, byte);
    for (const table of made.slice(1)) {
      crc = (crc >>> 8) ^ at(first, crc & 0xff);
      table[byte] = crc;
    }
  }
  return made;
}

function at(table: Uint32Array | Uint8Array, index: number): number {
  return table[index] ?? 0;
}

/** The CRC of `bytes`, or of what came before and `bytes` when its CRC is given. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3] = tables;
  let crc = ~before;
  let i = 0;
  for (const end = bytes.length - 3; i < end; i += 4) {
    crc ^= at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24);
    crc = at(t3, crc & 0xff) ^ at(t2, (crc >>> 8) & 0xff) ^ at(t1, (crc >>> 16) & 0xff) ^ at(t0, crc >>> 24);
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ at(t0, (crc ^ at(bytes, i)) & 0xff);
  return ~crc >>> 0;
}
