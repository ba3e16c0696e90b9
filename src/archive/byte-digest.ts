// An incremental SHA-256 from the runtime: node:crypto in Node, crypto.DigestStream in workerd. WebCrypto, which both have, can only
// hash bytes that are completely in memory.

export interface ByteDigest {
  /** The caller may reuse the bytes once the promise resolves. */
  update(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Returns lower-case hex. Call it once, at the end. */
  end(): Promise<string>;
}

export type NewDigest = () => ByteDigest;
