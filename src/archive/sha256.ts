// SHA-256 (FIPS 180-4) that takes its bytes in pieces. WebCrypto can't, so this is what an opening uses when its host brings
// no digest of its own (crypto.DigestStream in workerd, node:crypto in Node); those are several times as fast.
import { hex } from '../core/digest.ts';
import type { ByteDigest } from './byte-digest.ts';

const blockBytes = 64;
const constants = fractionsOfPrimes(64, Math.cbrt);

/** The first 32 bits of the fractional parts of the roots of the first primes. */
function fractionsOfPrimes(count: number, root: (prime: number) => number): Int32Array {
  const words = new Int32Array(count);
  for (let candidate = 2, found = 0; found < count; candidate++) {
    let divisor = 2;
    while (divisor * divisor <= candidate && candidate % divisor !== 0) divisor++;
    if (divisor * divisor <= candidate) continue;
    words[found++] = (root(candidate) % 1) * 2 ** 32;
  }
  return words;
}

export class Sha256 implements ByteDigest {
  readonly #state = fractionsOfPrimes(8, Math.sqrt);
  readonly #schedule = new Int32Array(64);
  readonly #rest = new Uint8Array(blockBytes);
  #restLength = 0;
  #length = 0;

  async update(bytes: Uint8Array): Promise<void> {
    this.#length += bytes.length;
    this.#take(bytes);
  }

  async end(): Promise<string> {
    const bits = this.#length * 8;
    const padding = new Uint8Array(blockBytes + 8 - ((this.#length + 8) % blockBytes));
    padding[0] = 0x80;
    const data = new DataView(padding.buffer);
    data.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
    data.setUint32(padding.length - 4, bits % 2 ** 32);
    this.#take(padding);
    const digest = new DataView(new ArrayBuffer(32));
    for (const [index, word] of this.#state.entries()) digest.setInt32(index * 4, word);
    return hex(new Uint8Array(digest.buffer));
  }

  #take(bytes: Uint8Array): void {
    let used = 0;
    if (this.#restLength > 0) {
      used = Math.min(bytes.length, blockBytes - this.#restLength);
      this.#rest.set(bytes.subarray(0, used), this.#restLength);
      this.#restLength += used;
      if (this.#restLength < blockBytes) return;
      this.#block(new DataView(this.#rest.buffer), 0);
    }
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (; used + blockBytes <= bytes.length; used += blockBytes) this.#block(data, used);
    this.#rest.set(bytes.subarray(used));
    this.#restLength = bytes.length - used;
  }

  #block(data: DataView, offset: number): void {
    const w = this.#schedule;
    for (let i = 0; i < 16; i++) w[i] = data.getInt32(offset + i * 4);
    for (let i = 16; i < 64; i++) {
      const early = w[i - 15] ?? 0;
      const late = w[i - 2] ?? 0;
      const s0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
      const s1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
      w[i] = (w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1;
    }
    const state = this.#state;
    let a = state[0] ?? 0;
    let b = state[1] ?? 0;
    let c = state[2] ?? 0;
    let d = state[3] ?? 0;
    let e = state[4] ?? 0;
    let f = state[5] ?? 0;
    let g = state[6] ?? 0;
    let h = state[7] ?? 0;
    for (let i = 0; i < 64; i++) {
      const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (constants[i] ?? 0) + (w[i] ?? 0)) | 0;
      const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] = (state[0] ?? 0) + a;
    state[1] = (state[1] ?? 0) + b;
    state[2] = (state[2] ?? 0) + c;
    state[3] = (state[3] ?? 0) + d;
    state[4] = (state[4] ?? 0) + e;
    state[5] = (state[5] ?? 0) + f;
    state[6] = (state[6] ?? 0) + g;
    state[7] = (state[7] ?? 0) + h;
  }
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
