// Computes CRC-32 as zip and gzip use it (reflected polynomial 0xEDB88320), eight bytes per step.

const lanes = 8;
const table = makeTable();

/** Lane n holds the CRC of each byte followed by n zero bytes. */
function makeTable(): Int32Array {
  const entries = new Int32Array(lanes * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    entries[byte] = crc;
  }
  for (let i = 256; i < entries.length; i++) {
    const before = entries[i - 256] ?? 0;
    entries[i] = (before >>> 8) ^ (entries[before & 0xff] ?? 0);
  }
  return entries;
}

function at(lane: number, byte: number): number {
  return table[lane * 256 + (byte & 0xff)] ?? 0;
}

/** Returns the CRC of `bytes`. If `before` is given, continues from it: the CRC of the preceding bytes. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wholeSteps = bytes.length - (bytes.length % lanes);
  let crc = ~before;
  for (let i = 0; i < wholeSteps; i += lanes) {
    const low = crc ^ data.getInt32(i, true);
    const high = data.getInt32(i + 4, true);
    crc =
      at(7, low) ^
      at(6, low >>> 8) ^
      at(5, low >>> 16) ^
      at(4, low >>> 24) ^
      at(3, high) ^
      at(2, high >>> 8) ^
      at(1, high >>> 16) ^
      at(0, high >>> 24);
  }
  for (let i = wholeSteps; i < bytes.length; i++) crc = (crc >>> 8) ^ at(0, crc ^ data.getUint8(i));
  return ~crc >>> 0;
}
