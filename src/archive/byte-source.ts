// Random access to an archive's bytes: in memory, in a file, in an R2 object. Everything in archive/ reads through it.

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
