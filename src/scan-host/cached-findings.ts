// What each source of a plugin held when an archive of it was last scanned, by the digest of the source: one object per plugin, got
// at once and put at once, so that the next version costs its changed files. It is a cache: what is not in it, or of another
// policy, is scanned; losing it costs time only.
import { z } from 'zod';
import { type Finding, findingSchema } from '../contract/finding.ts';
import { policyLevels } from '../contract/states.ts';
import type { Deps } from '../deps.ts';
import { fileFindingsPrefix } from '../registry/storage/stored-findings.ts';
import type { Upload } from '../registry/uploads/uploads.ts';

/** By what files were judged: another policy, level or set of own modules finds other things in them. */
const scanSettingsSchema = z.object({
  policyVersion: z.string(),
  level: z.enum(policyLevels),
  modules: z.array(z.string()),
});
export type ScanSettings = z.infer<typeof scanSettingsSchema>;

const cachedFindingsSchema = z.object({ by: scanSettingsSchema, files: z.record(z.string(), z.array(findingSchema)) });

export type FileFindings = ReadonlyMap<string, readonly Finding[]>;

type Plugin = Pick<Upload, 'ownerId' | 'kind' | 'name'>;

/** Files beyond so many findings in all are left out: what holds so many is not going to be published. */
const cachedFindingsMax = 5_000;

function keyOf({ ownerId, kind, name }: Plugin): string {
  return `${fileFindingsPrefix}${ownerId}/${kind}/${encodeURIComponent(name)}.json`;
}

type CachedFindings = z.infer<typeof cachedFindingsSchema>;

export async function loadCachedFindings(
  { blobs }: Pick<Deps, 'blobs'>,
  plugin: Plugin,
): Promise<CachedFindings | undefined> {
  const object = await blobs.get(keyOf(plugin));
  return object ? cachedFindingsSchema.safeParse(jsonOf(await object.text())).data : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Those of them that were found by the same rules. */
export function reusableFindings(kept: CachedFindings | undefined, by: ScanSettings): FileFindings {
  return kept && isSame(kept.by, by) ? new Map(Object.entries(kept.files)) : new Map();
}

function isSame(a: ScanSettings, b: ScanSettings): boolean {
  return a.policyVersion === b.policyVersion && a.level === b.level && a.modules.join('/') === b.modules.join('/');
}

export async function cacheFindings(
  { blobs }: Pick<Deps, 'blobs'>,
  plugin: Plugin,
  { by, files }: { by: ScanSettings; files: FileFindings },
): Promise<void> {
  let left = cachedFindingsMax;
  const kept = [...files].filter(([, findings]) => {
    left -= findings.length;
    return left >= 0;
  });
  await blobs.put(keyOf(plugin), JSON.stringify({ by, files: Object.fromEntries(kept) }));
}
