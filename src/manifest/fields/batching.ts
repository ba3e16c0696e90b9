// Checks in manifest.py how calls are gathered into batches (plugin format §2).
import type { Finding } from '../../contract/findings/finding.ts';
import { batchingLimits } from '../../contract/limits/manifest.ts';
import { batchingSchema } from '../../contract/plugin/batching.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { issuesText } from '../../core/zod-issues.ts';
import { clipped, manifestFinding } from '../findings.ts';
import type { Names } from '../python/value.ts';
import { findEntry } from './declaration.ts';

const subject = 'serve_config.batching';
const reasonLengthMax = 200;
const { bytesMax, sizeMax, waitMsMax } = batchingLimits;
const form = `Use a dict such as {"max_size": 32, "max_wait_ms": 0}: max_size from 1 to ${sizeMax}, max_wait_ms from 0 to ${waitMsMax}, max_bytes from 1 to ${bytesMax}, retry True or False.`;

export function asksForBatching({ serve_config }: Pick<Manifest, 'serve_config'>): boolean {
  return (serve_config?.batching ?? null) !== null;
}

export function readBatching(
  names: Names,
  details: Pick<Manifest, 'compute_profile' | 'serve_config'>,
  hasRealtime: boolean,
): { problems: Finding[]; warnings: Finding[] } {
  if (!asksForBatching(details)) return { problems: [], warnings: [] };
  const { error } = batchingSchema.safeParse(details.serve_config?.batching);
  const at = findEntry(names, 'serve_config', 'batching')?.at;
  const problem = (message: string) => (at ? [manifestFinding('SLM112', at, subject, message)] : []);
  const problems = error
    ? problem(`${subject} is invalid. ${clipped(issuesText(error), reasonLengthMax)}. ${form}`)
    : hasRealtime
      ? []
      : problem(
          `${subject} is for calls, but the plugin has no realtime.py. Add one with run_many, or remove "batching".`,
        );
  return { problems, warnings: withoutEffect(names, details) };
}

/** Reports `max_concurrency`, since each process runs one batch at a time. */
function withoutEffect(names: Names, details: Pick<Manifest, 'compute_profile' | 'serve_config'>): Finding[] {
  return (['serve_config', 'compute_profile'] as const).flatMap((field) => {
    const at = findEntry(names, field, 'max_concurrency')?.at;
    if (!at || (details[field]?.max_concurrency ?? null) === null) return [];
    const message = `${field}.max_concurrency has no effect beside ${subject}: each process runs one batch at a time. Remove it.`;
    return [manifestFinding('SLM402', at, `${field}.max_concurrency`, message)];
  });
}
