// What opening an archive brings to light, whichever format it has.
import type { Finding } from '../contract/finding.ts';
import { Defect } from './defect.ts';
import type { IndexEntry } from './index.ts';
import type { Meter } from './meter.ts';
import { KeptFiles } from './source-cache.ts';

export interface Contents {
  findings: Finding[];
  /** The stripped top folder with its slash, or ''. */
  top: string;
  files: IndexEntry[];
  /** By their paths with the top folder. */
  kept: KeptFiles;
}

export function emptyContents(meter: Meter): Contents {
  return { findings: [], top: '', files: [], kept: new KeptFiles(meter) };
}

/** What `read` gives; undefined when it ends in a Defect, whose finding is noted. */
export async function tryTo<T>({ findings }: Contents, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof Defect)) throw cause;
    findings.push(cause.finding);
    return undefined;
  }
}
