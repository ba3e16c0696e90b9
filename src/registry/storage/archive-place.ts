// Bounds what the open archives of an isolate hold in its memory together: their bytes and sources, and what a scan makes of them. Nothing of
// an archive is read before there is room for it.
import type { OpenedArchive } from '../../archive/open.ts';
import { archiveTimes, inflationMax, inMemoryBytesMax } from '../../contract/limits/archives.ts';
import { isolateMemory } from '../../contract/limits/requests.ts';
import { type Held, Room } from '../../core/room.ts';
import type { ReadProgress } from './r2-archive.ts';

/** Bodies of requests and of later calls. */
export const bodyRoom = new Room(isolateMemory.bodies);

/** Forms, archives, cold modules and packages. */
export const largeRoom = new Room(isolateMemory.large);

export class ArchivePlace {
  readonly #owner: string;
  #held: Held | undefined;

  /** Owners take turns. */
  constructor(owner: string) {
    this.#owner = owner;
  }

  /** Waits until there is room for as much as an archive of this size may hold. */
  async take(sizeBytes: number, whileWaiting: () => Promise<void>): Promise<void> {
    this.#held = await largeRoom.enter(sizeBytes * inflationMax, { owner: this.#owner, whileWaiting });
  }

  /** Gives back what the archive does not hold, now that it is known. */
  fit({ files, zip }: Pick<OpenedArchive, 'files' | 'zip'>): void {
    const sourceBytes = files.reduce((sum, { size, source }) => (source ? sum + size : sum), 0);
    this.#held?.shrinkTo(archiveTimes * (sourceBytes + Math.min(zip?.source.size ?? 0, inMemoryBytesMax)));
  }

  /** For reads of work that has this place: a checkpoint is also its sign of life. */
  watched(checkpoint: () => Promise<void>): ReadProgress {
    const kept = () => {
      this.#held?.keep();
      return checkpoint();
    };
    return { checkpoint: kept, bytesRead: 0 };
  }

  leave(): void {
    this.#held?.leave();
    this.#held = undefined;
  }
}
