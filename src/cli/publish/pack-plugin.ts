// Packs a plugin's folder for publishing and scans it by the registry's rules before anything is uploaded.
import { availableParallelism } from 'node:os';
import { Failure } from '../failure.ts';
import { abortable } from '../interruption.ts';
import { lintPath } from '../lint/lint-path.ts';
import { buildReport, type Report } from '../lint/report.ts';
import { writeText } from '../lint/text.ts';
import type { Output } from '../output.ts';
import { nodeParsers } from '../parsers.ts';

export interface PackedPlugin {
  name: string;
  version: string;
  archive: Uint8Array<ArrayBuffer>;
  /** The archive's digest, under which the registry stores it. */
  sha256: string;
  /** The number of scanned source files. */
  files: number;
  report: Report;
}

/** Packs and scans the folder. A rejection is printed to standard error, to keep standard output for data. */
export async function packPlugin(folder: string, output: Output, signal: AbortSignal): Promise<PackedPlugin> {
  const lintContext = { parsers: nodeParsers(), level: 'seed' as const, threads: availableParallelism() };
  const result = await abortable(lintPath(folder, lintContext), signal);
  const report = buildReport([{ path: folder, ...result }], 'seed');
  const [unread] = report.unchecked;
  if (unread) throw new Failure('failed', `cannot read ${unread.path}: ${unread.why}`);
  if (report.verdict === 'reject') {
    await writeText(report, { ...output, data: (text) => output.info(text.replace(/\n$/, '')) });
    const errors = result.findings.filter(({ severity }) => severity === 'error');
    throw new Failure(
      'rejected',
      `rejected before upload: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`,
      {
        title: 'Rejected',
        hint: 'Fix the errors. `slipway lint --explain RULE` explains a rule.',
        details: { findings: errors },
      },
    );
  }
  const { packed, plugin, sha256, filesScanned } = result;
  if (!packed || !plugin || !sha256)
    throw new Failure('usage', `${folder} is not a plugin: it has no manifest.py`, {
      hint: 'Create a plugin with `slipway init NAME`.',
    });
  return { ...plugin, archive: packed, sha256, files: filesScanned, report };
}
