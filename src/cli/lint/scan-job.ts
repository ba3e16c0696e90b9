// One file through the scanner, in whatever thread: the same function, so that threads change nothing but the time.
import type { Finding } from '../../contract/finding.ts';
import type { PolicyLevel } from '../../contract/states.ts';
import { limits } from '../../scan/limits.ts';
import type { Parsers } from '../../scan/parsers.ts';
import { isPythonSource, scanSource } from '../../scan/scan.ts';
import { readPart, readUpTo } from './read-file.ts';
import { reasonOf } from './unchecked.ts';

export interface ScanJob {
  /** As findings name it. */
  file: string;
  size: number;
  /** What it holds; or where it lies on disk, to be scanned if it turns out to be Python. */
  content: Uint8Array | string;
}

export type ScanOutcome = { findings: Finding[] } | 'not Python' | { unchecked: string };

export interface Scanner {
  parsers: Parsers;
  level: PolicyLevel;
}

export async function runScanJob(job: ScanJob, { level, parsers }: Scanner): Promise<ScanOutcome> {
  const bytes = bytesOf(job);
  if (!(bytes instanceof Uint8Array)) return bytes;
  return { findings: await scanSource(parsers, { path: job.file, bytes }, { level }) };
}

const headBytes = 512;
const nothing = new Uint8Array();

function bytesOf({ content, file }: ScanJob): Uint8Array | Exclude<ScanOutcome, { findings: Finding[] }> {
  if (typeof content !== 'string') return content;
  try {
    const isPython = isPythonSource(file, nothing) || isPythonSource(file, readPart(content, 0, headBytes));
    return isPython ? readUpTo(content, limits.sourceBytes) : 'not Python';
  } catch (error) {
    return { unchecked: reasonOf(error) };
  }
}
