// Scans one file. Every thread runs the same function, so results don't depend on the number of threads.
import { headBytes, sourceFileBytesMax } from '../../contract/limits/archives.ts';
import type { Language } from '../../contract/plugin/languages.ts';
import type { PolicyLevel } from '../../contract/states.ts';
import type { Parsers } from '../../scan/file/parsers.ts';
import type { FileAnalysis } from '../../scan/linking/file-analysis.ts';
import { linksForRoots } from '../../scan/linking/plugin-links.ts';
import { analyzeSource, detectLanguage } from '../../scan/scan.ts';
import { readPart, readUpTo } from './read-file.ts';
import { describeIoError } from './unchecked.ts';

export interface Source {
  bytes: Uint8Array;
  language: Language;
}

export interface ScanJob {
  /** The path used in findings. */
  file: string;
  size: number;
  /** The content, or the path of a file, which is scanned only if it is source code. */
  content: Source | string;
  /** Names of the top-level modules in the file's plugin. */
  ownRoots?: readonly string[];
}

export type ScanOutcome = { analysis: FileAnalysis } | 'no source' | { unchecked: string };

export interface Scanner {
  parsers: Parsers;
  level: PolicyLevel;
}

export async function runScanJob(job: ScanJob, { level, parsers }: Scanner): Promise<ScanOutcome> {
  const source = typeof job.content === 'string' ? readSource(job.file, job.content) : job.content;
  if (typeof source === 'string' || 'unchecked' in source) return source;
  const { bytes, language } = source;
  const links = linksForRoots(job.ownRoots ?? []);
  return { analysis: await analyzeSource(parsers, { path: job.file, bytes }, { level, language, links }) };
}

const nothing = new Uint8Array();

function readSource(file: string, location: string): Source | 'no source' | { unchecked: string } {
  try {
    const language = detectLanguage(file, nothing) ?? detectLanguage(file, readPart(location, 0, headBytes));
    return language ? { bytes: readUpTo(location, sourceFileBytesMax), language } : 'no source';
  } catch (error) {
    return { unchecked: describeIoError(error) };
  }
}
