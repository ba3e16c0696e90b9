// A plugin's folder as what publishing sends: packed, and judged by the same rules as the registry before anything is sent.
import { availableParallelism } from 'node:os';
import { Failure } from '../failure.ts';
import { untilInterrupted } from '../interruption.ts';
import { judgePath } from '../lint/lint-path.ts';
import { type Report, reportOf } from '../lint/report.ts';
import { writeText } from '../lint/text.ts';
import type { Output } from '../output.ts';
import { nodeParsers } from '../parsers.ts';

export interface PackedPlugin {
  name: string;
  version: string;
  archive: Uint8Array<ArrayBuffer>;
  /** Of the archive: the digest that the registry keeps it under. */
  sha256: string;
  /** Sources that were scanned. */
  files: number;
  report: Report;
}

/** What is rejected is told on standard error, where it isn't in the way of data. */
export async function packPlugin(folder: string, output: Output, signal: AbortSignal): Promise<PackedPlugin> {
  const judging = { parsers: nodeParsers(), level: 'seed' as const, threads: availableParallelism() };
  const judged = await untilInterrupted(judgePath(folder, judging), signal);
  const report = reportOf([{ path: folder, ...judged }], 'seed');
  const [unread] = report.unchecked;
  if (unread) throw new Failure('failed', `cannot read ${unread.path}: ${unread.why}`);
  if (report.verdict === 'reject') {
    await writeText(report, { ...output, data: (text) => output.aside(text.replace(/\n$/, '')) });
    const errors = judged.findings.filter(({ severity }) => severity === 'error');
    throw new Failure(
      'rejected',
      `rejected before anything was sent: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`,
      {
        title: 'Rejected',
        hint: 'Mend them, or read why: `slipway lint --explain RULE`.',
        details: { findings: errors },
      },
    );
  }
  const { packed, plugin, sha256, filesScanned } = judged;
  if (!packed || !plugin || !sha256)
    throw new Failure('usage', `${folder} is no plugin's folder: it has no manifest.py`, {
      hint: '`slipway init NAME` makes one.',
    });
  return { ...plugin, archive: packed, sha256, files: filesScanned, report };
}
