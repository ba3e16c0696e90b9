// Where an archive's bytes come from: memory, a file, an R2 object. Everything in archive/ reads through this.

export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset`; throws a RangeError when they are not all there. */
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
