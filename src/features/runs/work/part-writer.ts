// Writes an object of unknown length. Small objects take a single request, larger ones are written in parts. Holds one part in memory.
import { runLimits } from '../../../contract/limits/batches.ts';

const contentType = { httpMetadata: { contentType: 'application/x-ndjson' } };

export class PartWriter {
  readonly #blobs: R2Bucket;
  readonly #key: string;
  readonly #parts: R2UploadedPart[] = [];
  #upload: R2MultipartUpload | undefined;
  #buffer = new Uint8Array(0);
  #size = 0;
  /** Total bytes written. */
  total = 0;

  constructor(blobs: R2Bucket, key: string) {
    this.#blobs = blobs;
    this.#key = key;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.total += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(bytes.length - at, runLimits.partBytes - this.#size);
      this.#room(this.#size + taken);
      this.#buffer.set(bytes.subarray(at, at + taken), this.#size);
      this.#size += taken;
      at += taken;
      if (this.#size === runLimits.partBytes) await this.#sendPart();
    }
  }

  /** Finishes the object. Writes no object if there are no bytes. */
  async end(): Promise<void> {
    if (this.total === 0) return;
    if (!this.#upload) {
      await this.#blobs.put(this.#key, this.#buffer.subarray(0, this.#size), contentType);
      return;
    }
    if (this.#size > 0) await this.#sendPart();
    await this.#upload.complete(this.#parts);
  }

  /** Removes an unfinished object's parts. */
  async abort(): Promise<void> {
    await this.#upload?.abort();
  }

  #room(size: number): void {
    if (size <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.min(runLimits.partBytes, Math.max(size, 2 * this.#buffer.length)));
    larger.set(this.#buffer.subarray(0, this.#size));
    this.#buffer = larger;
  }

  async #sendPart(): Promise<void> {
    this.#upload ??= await this.#blobs.createMultipartUpload(this.#key, contentType);
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, this.#buffer.subarray(0, this.#size)));
    this.#size = 0;
  }
}
