// Archive test helpers: the smallest valid plugin, and functions that return an opened archive's findings and paths.
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import type { ZipEntrySpec } from '../support/archives/zip-writer.ts';

export const manifest = { name: 'manifest.py', data: 'feature_extractor_name = "x"\n' };
export const pipeline = { name: 'pipeline.py', data: 'def build_steps(request):\n    return {}\n' };

export function plugin(...more: ZipEntrySpec[]): ZipEntrySpec[] {
  return [manifest, pipeline, ...more];
}

/** Returns `rule severity file:line` for each finding. */
export async function findingsOf(bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const { findings } = await openTestArchive(memorySource(bytes));
  return findings.map(({ ruleId, severity, file, line }) => `${ruleId} ${severity} ${file}:${line}`);
}

/** Returns the plugin's paths. Throws if there are findings. */
export async function pathsOf(bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const { findings, files } = await openTestArchive(memorySource(bytes));
  if (findings.length > 0) throw new Error(findings.map(({ message }) => message).join('\n'));
  return files.map(({ path }) => path).sort();
}
