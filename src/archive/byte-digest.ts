// A SHA-256 that takes its bytes in pieces: an opening's own (archive/sha256.ts), or the host's, which is faster.

export interface ByteDigest {
  /** The bytes are the caller's again when the promise resolves. */
  update(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Lower-case hex; the last call. */
  end(): Promise<string>;
}

export type NewDigest = () => ByteDigest;
