// Caches the analyses of a plugin's last scanned archive, so that scanning the next version costs only its changed files and the files
// that depend on them. One R2 object per plugin, read and written as a whole. A source that isn't cached, or was scanned under another
// policy, is scanned again. Losing the cache only costs time.
import { z } from 'zod';
import { findingSchema, trailStepSchema } from '../contract/findings/finding.ts';
import { policyLevels } from '../contract/states.ts';
import { parseJson } from '../core/json/parse.ts';
import type { Deps } from '../deps.ts';
import { fileFindingsPrefix } from '../registry/storage/stored-findings.ts';
import type { Upload } from '../registry/uploads/uploads.ts';
import type { ExportedValue, FileAnalysis, FileSummary, ImportedName } from '../scan/linking/file-analysis.ts';
import type { NameMaker } from '../scan/linking/name-makers.ts';

/** Settings that analyses depend on, in addition to the sources. Analyses are reused only if all settings match. */
const scanSettingsSchema = z.object({ policyVersion: z.string(), level: z.enum(policyLevels) });
export type ScanSettings = z.infer<typeof scanSettingsSchema>;

const questionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('member'), module: z.string(), name: z.string() }),
  z.object({ kind: z.literal('names'), module: z.string() }),
  z.object({ kind: z.literal('path'), module: z.string(), path: z.array(z.string()) }),
]);

/** Requires a schema for every field of a type, so that the cache never loses a field. */
type Fields<Type> = { [Key in keyof Required<Type>]: z.ZodType };

const exportedValueSchema = z.object({
  value: z.string(),
  trail: z.array(trailStepSchema.omit({ file: true })),
  path: z.array(z.string()).exactOptional(),
} satisfies Fields<ExportedValue>);

const importedNamesSchema = z.array(
  z.object({
    name: z.string(),
    module: z.string(),
    member: z.string().exactOptional(),
    line: z.int(),
  } satisfies Fields<ImportedName>),
);

const makerSchema = z.object({
  isForOthers: z.boolean(),
  line: z.int(),
  values: z.array(z.string()),
} satisfies Fields<NameMaker>);

const summarySchema = z.object({
  imports: importedNamesSchema,
  stars: z.array(z.object({ module: z.string(), line: z.int() })),
  exports: z.array(z.object({ name: z.string(), values: z.array(exportedValueSchema) })),
  all: z.union([z.array(z.string()), z.literal('everything')]).exactOptional(),
  maker: makerSchema.exactOptional(),
  bound: z.array(z.string()).exactOptional(),
  deleted: z.array(z.string()).exactOptional(),
  inner: importedNamesSchema.exactOptional(),
  reachesAll: z.boolean().exactOptional(),
} satisfies Fields<FileSummary>);

const analysisSchema = z.object({
  findings: z.array(findingSchema),
  summary: summarySchema,
  roots: z.array(z.string()),
  questions: z.array(questionSchema),
} satisfies Fields<FileAnalysis>);

const cachedFileSchema = z.object({
  /** The source's analysis on its own, and which of the root modules it imports were the plugin's own. */
  alone: analysisSchema,
  owned: z.array(z.string()),
  /** Analyses by path, each with a digest of the answers that other files gave. */
  linked: z.record(z.string(), z.object({ analysis: analysisSchema, answers: z.string() })),
});

export interface CachedFile {
  alone: FileAnalysis;
  owned: readonly string[];
  linked: Record<string, { analysis: FileAnalysis; answers: string }>;
}

const cachedFindingsSchema = z.object({ by: scanSettingsSchema, files: z.record(z.string(), cachedFileSchema) });

/** Analyses by source identity. */
export type CachedFiles = ReadonlyMap<string, CachedFile>;

export interface ScannedFiles {
  settings: ScanSettings;
  files: CachedFiles;
}

type Plugin = Pick<Upload, 'ownerId' | 'kind' | 'name'>;

/** Most findings and exported names for which a plugin's files are cached. A plugin with more is unlikely to be published soon. */
const cachedFindingsMax = 5_000;

function keyOf({ ownerId, kind, name }: Plugin): string {
  return `${fileFindingsPrefix}${ownerId}/${kind}/${encodeURIComponent(name)}.json`;
}

type CachedFindings = z.infer<typeof cachedFindingsSchema>;

/** Reads the plugin's cache. Returns undefined if there is none or it is unreadable. */
export async function loadCachedFindings(
  { blobs }: Pick<Deps, 'blobs'>,
  plugin: Plugin,
): Promise<CachedFindings | undefined> {
  const object = await blobs.get(keyOf(plugin));
  return object ? cachedFindingsSchema.safeParse(parseJson(await object.text())).data : undefined;
}

/** Returns the cached findings if the settings match, otherwise an empty map. */
export function reusableFindings(cached: CachedFindings | undefined, settings: ScanSettings): CachedFiles {
  return cached && isSame(cached.by, settings) ? new Map(Object.entries(cached.files)) : new Map();
}

function isSame(a: ScanSettings, b: ScanSettings): boolean {
  return a.policyVersion === b.policyVersion && a.level === b.level;
}

/** Replaces the plugin's cache. */
export async function cacheFindings(
  { blobs }: Pick<Deps, 'blobs'>,
  plugin: Plugin,
  { settings, files }: ScannedFiles,
): Promise<void> {
  let room = cachedFindingsMax;
  const cached = [...files].filter(([, { alone, linked }]) => {
    const analyses = [alone, ...Object.values(linked).map(({ analysis }) => analysis)];
    room -= analyses.reduce((sum, { findings, summary }) => sum + findings.length + summary.exports.length, 0);
    return room >= 0;
  });
  await blobs.put(keyOf(plugin), JSON.stringify({ by: settings, files: Object.fromEntries(cached) }));
}
