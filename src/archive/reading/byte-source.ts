// The two things that a runtime gives to archive/: random access to bytes, in memory, in a file or in an R2 object, and a digest.

export interface ByteSource {
  readonly size: number;
  /** Returns exactly `length` bytes from `offset`. Throws a RangeError if the range exceeds the source. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

export function memorySource(bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > bytes.length) {
        throw new RangeError(`bytes ${offset} to ${offset + length} of ${bytes.length}`);
      }
      return bytes.subarray(offset, offset + length);
    },
  };
}

/**
 * An incremental SHA-256 from the runtime: node:crypto in Node, crypto.DigestStream in workerd. WebCrypto, which both have, can only hash
 * bytes that are completely in memory.
 */
export interface ByteDigest {
  /** The caller may reuse the bytes once the promise resolves. */
  update(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Returns lower-case hex. Call it once, at the end. */
  end(): Promise<string>;
}

export type NewDigest = () => ByteDigest;
