// Caches the findings of a plugin's last scanned archive by source digest, so that scanning the next version costs only its changed
// files. One R2 object per plugin, read and written as a whole. A source that is missing, or was scanned by another policy, is
// scanned again; losing the cache only costs time.
import { z } from 'zod';
import { type Finding, findingSchema } from '../contract/finding.ts';
import { policyLevels } from '../contract/states.ts';
import type { Deps } from '../deps.ts';
import { fileFindingsPrefix } from '../registry/storage/stored-findings.ts';
import type { Upload } from '../registry/uploads/uploads.ts';

/** What findings depend on, apart from the source itself. Findings are reused only if all of it is the same. */
const scanSettingsSchema = z.object({
  policyVersion: z.string(),
  level: z.enum(policyLevels),
  modules: z.array(z.string()),
});
export type ScanSettings = z.infer<typeof scanSettingsSchema>;

const cachedFindingsSchema = z.object({ by: scanSettingsSchema, files: z.record(z.string(), z.array(findingSchema)) });

/** Findings by the identity of a source. */
export type FileFindings = ReadonlyMap<string, readonly Finding[]>;

export interface ScannedFiles {
  settings: ScanSettings;
  files: FileFindings;
}

type Plugin = Pick<Upload, 'ownerId' | 'kind' | 'name'>;

/** Files are cached until they have this many findings in total. A plugin with more is not about to be published. */
const cachedFindingsMax = 5_000;

function keyOf({ ownerId, kind, name }: Plugin): string {
  return `${fileFindingsPrefix}${ownerId}/${kind}/${encodeURIComponent(name)}.json`;
}

type CachedFindings = z.infer<typeof cachedFindingsSchema>;

/** Reads the plugin's cache. Returns undefined if there is none, or if it cannot be read. */
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

/** Returns the cached findings if they were found with the same settings, otherwise an empty map. */
export function reusableFindings(cached: CachedFindings | undefined, settings: ScanSettings): FileFindings {
  return cached && isSame(cached.by, settings) ? new Map(Object.entries(cached.files)) : new Map();
}

function isSame(a: ScanSettings, b: ScanSettings): boolean {
  return a.policyVersion === b.policyVersion && a.level === b.level && a.modules.join('/') === b.modules.join('/');
}

/** Replaces the plugin's cache. */
export async function cacheFindings(
  { blobs }: Pick<Deps, 'blobs'>,
  plugin: Plugin,
  { settings, files }: ScannedFiles,
): Promise<void> {
  let room = cachedFindingsMax;
  const cached = [...files].filter(([, findings]) => {
    room -= findings.length;
    return room >= 0;
  });
  await blobs.put(keyOf(plugin), JSON.stringify({ by: settings, files: Object.fromEntries(cached) }));
}
