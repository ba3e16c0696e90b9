// An incremental SHA-256, provided by the runtime: node:crypto in Node, crypto.DigestStream in workerd. WebCrypto, which both
// share, can only hash bytes that are in memory as a whole.

export interface ByteDigest {
  /** The caller may reuse the bytes once the promise resolves. */
  update(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Returns lower-case hex. Call it last, and once. */
  end(): Promise<string>;
}

export type NewDigest = () => ByteDigest;
