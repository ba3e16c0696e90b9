// A SHA-256 that takes its bytes in pieces. WebCrypto has none, so whoever opens a large archive brings one
// (crypto.DigestStream in workerd, node:crypto in Node).

export interface ByteDigest {
  /** The bytes are the caller's again when the promise resolves. */
  update(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Lower-case hex; the last call. */
  end(): Promise<string>;
}

export type NewDigest = () => ByteDigest;
