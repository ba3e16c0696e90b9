// Collects the contents of an archive while it is read, whatever its format.
import type { Finding } from '../contract/findings/finding.ts';
import { Defect } from './defect.ts';
import type { Meter } from './meter.ts';
import { SourceCache } from './source-cache.ts';
import type { IndexEntry } from './zip/stored-index.ts';

export interface ArchiveContents {
  findings: Finding[];
  /** The stripped top folder with its slash, or ''. */
  top: string;
  files: IndexEntry[];
  /** Keyed by path, including the top folder. */
  sources: SourceCache;
}

export function emptyContents(meter: Meter): ArchiveContents {
  return { findings: [], top: '', files: [], sources: new SourceCache(meter) };
}

/** Returns what `read` returns. If it throws a Defect, records its finding and returns undefined. */
export async function catchDefect<T>({ findings }: ArchiveContents, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof Defect)) throw cause;
    findings.push(cause.finding);
    return undefined;
  }
}
