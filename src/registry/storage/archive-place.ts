// Limits the total memory of an isolate's open archives: their bytes, sources and scan results. Reads nothing from an archive until
// there is memory for it.
import type { OpenedArchive } from '../../archive/open.ts';
import { archiveTimes, inflationMax, inMemoryBytesMax } from '../../contract/limits/archives.ts';
import { isolateMemory } from '../../contract/limits/requests.ts';
import { type Held, Room } from '../../core/room.ts';
import type { ReadProgress } from './r2-archive.ts';

/** Memory for request bodies and for calls that run later. */
export const bodyRoom = new Room(isolateMemory.bodies);

/** Memory for forms, archives, cold modules and packages. */
export const largeRoom = new Room(isolateMemory.large);

export class ArchivePlace {
  readonly #owner: string;
  #held: Held | undefined;

  /** Owners that wait for memory take turns. */
  constructor(owner: string) {
    this.#owner = owner;
  }

  /** Waits for the memory that an archive of this size may need. */
  async take(sizeBytes: number, whileWaiting: () => Promise<void>): Promise<void> {
    this.#held = await largeRoom.enter(sizeBytes * inflationMax, { owner: this.#owner, whileWaiting });
  }

  /** Releases the memory that the opened archive doesn't need after all. */
  fit({ files, zip }: Pick<OpenedArchive, 'files' | 'zip'>): void {
    const sourceBytes = files.reduce((sum, { size, source }) => (source ? sum + size : sum), 0);
    this.#held?.shrinkTo(archiveTimes * (sourceBytes + Math.min(zip?.source.size ?? 0, inMemoryBytesMax)));
  }

  /** Returns progress for reads by the holder of this place. Each checkpoint also keeps the place. */
  readProgress(checkpoint: () => Promise<void>): ReadProgress {
    const keepAndCheck = () => {
      this.#held?.keep();
      return checkpoint();
    };
    return { checkpoint: keepAndCheck, bytesRead: 0 };
  }

  leave(): void {
    this.#held?.leave();
    this.#held = undefined;
  }
}
