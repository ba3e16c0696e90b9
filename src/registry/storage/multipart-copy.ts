// Copies a stream of unknown length into the store, holding at most one part in memory. The object appears on `complete`. A stream that
// is too large is discarded.

/** R2 requires parts of at least 5 MiB that are equal in size, except for the last one. */
const partBytes = 8 * 1024 * 1024;

export class ArtifactCopy {
  readonly #blobs: R2Bucket;
  readonly #key: string;
  readonly #parts: R2UploadedPart[] = [];
  #upload: R2MultipartUpload | undefined;
  #part = new Uint8Array(0);
  #filled = 0;
  #room: number;

  constructor(blobs: R2Bucket, key: string, bytesMax: number) {
    this.#blobs = blobs;
    this.#key = key;
    this.#room = bytesMax;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#room < 0) return;
    this.#room -= bytes.length;
    if (this.#room < 0) return this.abort();
    if (this.#part.length === 0) this.#part = new Uint8Array(partBytes);
    for (let rest = bytes; rest.length > 0; ) {
      if (this.#filled === partBytes) await this.#sendPart();
      const piece = rest.subarray(0, partBytes - this.#filled);
      this.#part.set(piece, this.#filled);
      this.#filled += piece.length;
      rest = rest.subarray(piece.length);
    }
  }

  async #sendPart(): Promise<void> {
    this.#upload ??= await this.#blobs.createMultipartUpload(this.#key);
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, this.#part.slice(0, this.#filled)));
    this.#filled = 0;
  }

  /** Completes the copy. Returns false if the stream exceeded the allowed size. */
  async complete(): Promise<boolean> {
    if (this.#room < 0) return false;
    if (this.#upload) {
      await this.#sendPart();
      await this.#upload.complete(this.#parts);
    } else await this.#blobs.put(this.#key, this.#part.slice(0, this.#filled));
    return true;
  }

  async abort(): Promise<void> {
    const upload = this.#upload;
    this.#upload = undefined;
    await upload?.abort();
  }
}
