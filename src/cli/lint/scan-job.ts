// One file through the scanner, in whatever thread: the same function, so that threads change nothing but the time.
import type { Finding } from '../../contract/finding.ts';
import type { Language } from '../../contract/languages.ts';
import type { PolicyLevel } from '../../contract/states.ts';
import { limits } from '../../scan/limits.ts';
import type { Parsers } from '../../scan/parsers.ts';
import { languageOfFile, scanSource } from '../../scan/scan.ts';
import { readPart, readUpTo } from './read-file.ts';
import { reasonOf } from './unchecked.ts';

export interface Source {
  bytes: Uint8Array;
  language: Language;
  /** Top-level modules of the plugin that it is in; only the level strict asks. */
  modules?: readonly string[];
}

export interface ScanJob {
  /** As findings name it. */
  file: string;
  size: number;
  /** What it holds; or where it lies on disk, to be scanned if it turns out to be source. */
  content: Source | string;
}

export type ScanOutcome = { findings: Finding[] } | 'no source' | { unchecked: string };

export interface Scanner {
  parsers: Parsers;
  level: PolicyLevel;
}

export async function runScanJob(job: ScanJob, { level, parsers }: Scanner): Promise<ScanOutcome> {
  const source = typeof job.content === 'string' ? readSource(job.file, job.content) : job.content;
  if (typeof source === 'string' || 'unchecked' in source) return source;
  const { bytes, language, modules } = source;
  const options = { level, language, localModules: new Set(modules) };
  return { findings: await scanSource(parsers, { path: job.file, bytes }, options) };
}

const headBytes = 512;
const nothing = new Uint8Array();

function readSource(file: string, location: string): Source | 'no source' | { unchecked: string } {
  try {
    const language = languageOfFile(file, nothing) ?? languageOfFile(file, readPart(location, 0, headBytes));
    return language ? { bytes: readUpTo(location, limits.sourceBytes), language } : 'no source';
  } catch (error) {
    return { unchecked: reasonOf(error) };
  }
}
