// Reads OSV records (ossf.github.io/osv-schema): the fields that Slipway uses, of the ecosystems that plugins use.
import { z } from 'zod';
import { type Affected, type Ecosystem, ecosystems, type RangeEvent, type Severity } from '../contract/advisories.ts';
import { advisoryImportLimits } from '../contract/limits/scans.ts';
import { normalizedName } from '../contract/plugin/requirement.ts';
import { severityOf } from './severity.ts';

const ids = z.string().regex(/^[\w.:-]{1,100}$/);
const names = z.string().min(1).max(500);
const versions = z.string().max(200);
const times = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const vectors = z.array(z.object({ type: z.string(), score: z.string().max(1000) })).nullish();

const eventSchema = z.object({
  introduced: versions.optional(),
  fixed: versions.optional(),
  last_affected: versions.optional(),
  limit: versions.optional(),
});
const importSchema = z.object({ path: names, symbols: z.array(names).nullish() });

const affectedSchema = z.object({
  package: z.object({ ecosystem: z.string(), name: names }).nullish(),
  severity: vectors,
  ranges: z.array(z.object({ type: z.string(), events: z.array(eventSchema) })).nullish(),
  versions: z.array(versions).nullish(),
  ecosystem_specific: z.object({ imports: z.array(importSchema).nullish().catch(undefined) }).nullish(),
});

const recordSchema = z.object({
  id: ids,
  aliases: z.array(z.string().max(100)).nullish(),
  summary: z.string().nullish(),
  details: z.string().nullish(),
  published: times.nullish(),
  modified: times.nullish(),
  withdrawn: times.nullish(),
  severity: vectors,
  database_specific: z
    .object({ severity: z.string().nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  affected: z.array(affectedSchema).nullish(),
});
type AffectedEntry = z.infer<typeof affectedSchema>;

export interface AffectedPackage {
  ecosystem: Ecosystem;
  /** As in `UsedPackage`. */
  name: string;
  affected: Affected;
}

export interface Advisory {
  id: string;
  aliases: string[];
  summary: string;
  severity: Severity | null;
  publishedAt: number | null;
  modifiedAt: number;
  withdrawnAt: number | null;
  /** Each package once. */
  packages: AffectedPackage[];
  /** Number of ignored ranges of commits. */
  gitRanges: number;
}

const summaryMax = 300;

/** Thrown for an OSV record that isn't believed, or that is too large to be compared with versions. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}

/** Returns undefined for anything that is not an OSV record. */
export function readRecord(value: unknown, now = Date.now()): Advisory | undefined {
  const { data: record } = recordSchema.safeParse(value);
  if (!record) return undefined;
  requireBounds(record, now);
  const { published, withdrawn, modified } = record;
  const affected = record.affected ?? [];
  const [text = ''] = (record.summary || record.details || '').trim().split('\n');
  return {
    id: record.id,
    aliases: record.aliases ?? [],
    summary: text.slice(0, summaryMax),
    severity: severityOf(vectorsOf(record), record.database_specific?.severity),
    publishedAt: published ?? null,
    modifiedAt: modified ?? published ?? 0,
    withdrawnAt: withdrawn ?? null,
    packages: packagesIn(affected),
    gitRanges: affected.flatMap(({ ranges }) => ranges ?? []).filter(({ type }) => type === 'GIT').length,
  };
}

/** Returns each vector once. */
function vectorsOf({ affected, severity }: z.infer<typeof recordSchema>): Set<string> {
  const lists = [severity, ...(affected ?? []).map((entry) => entry.severity)];
  return new Set(lists.flatMap((list) => list ?? []).map(({ score }) => score));
}

function requireBounds(record: z.infer<typeof recordSchema>, now: number): void {
  const { recordEntriesMax, recordSeveritiesMax, futureMs } = advisoryImportLimits;
  for (const field of ['published', 'modified', 'withdrawn'] as const) {
    const at = record[field] ?? 0;
    if (at > now + futureMs)
      throw new RecordRefused(`${record.id}: its \`${field}\` is in the future: ${new Date(at).toISOString()}`);
  }
  const entries = entriesOf(record);
  if (entries > recordEntriesMax)
    throw new RecordRefused(
      `${record.id}: it has ${entries} packages, ranges, events and versions; the limit is ${recordEntriesMax}`,
    );
  const { size } = vectorsOf(record);
  if (size > recordSeveritiesMax)
    throw new RecordRefused(`${record.id}: it has ${size} different severities; the limit is ${recordSeveritiesMax}`);
}

function entriesOf({ affected, aliases, severity }: z.infer<typeof recordSchema>): number {
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
  const own = [aliases?.length ?? 0, severity?.length ?? 0];
  return sum([
    ...own,
    ...(affected ?? []).flatMap(({ ecosystem_specific, ranges, severity: rated, versions: listed }) => [
      1 + (rated?.length ?? 0) + (listed?.length ?? 0),
      ...(ranges ?? []).map(({ events }) => 1 + events.length),
      ...(ecosystem_specific?.imports ?? []).map(({ symbols }) => 1 + (symbols?.length ?? 0)),
    ]),
  ]);
}

function packagesIn(entries: readonly AffectedEntry[]): AffectedPackage[] {
  const read = entries.flatMap((entry) => {
    const ecosystem = ecosystems.find((known) => known === entry.package?.ecosystem);
    if (!ecosystem || !entry.package) return [];
    const name = ecosystem === 'PyPI' ? normalizedName(entry.package.name) : entry.package.name;
    return [{ ecosystem, name, affected: affectedBy(entry) }];
  });
  return [...Map.groupBy(read, ({ ecosystem, name }) => `${ecosystem} ${name}`).values()].flatMap(([first, ...rest]) =>
    first ? [{ ...first, affected: combined([first, ...rest].map(({ affected }) => affected)) }] : [],
  );
}

function affectedBy({ ranges, versions: listed, ecosystem_specific }: AffectedEntry): Affected {
  const imports = ecosystem_specific?.imports?.map(({ path, symbols }) => ({ path, symbols: symbols ?? [] }));
  return {
    ranges: (ranges ?? [])
      .filter(({ type }) => type === 'ECOSYSTEM' || type === 'SEMVER')
      .map(({ events }): RangeEvent[] => events),
    versions: listed ?? [],
    ...(imports && imports.length > 0 ? { imports } : {}),
  };
}

/** Combines the entries about one package. An entry without imports is about all of the package. */
function combined(entries: readonly Affected[]): Affected {
  const imports = entries.flatMap((one) => one.imports ?? []);
  return {
    ranges: entries.flatMap(({ ranges }) => ranges),
    versions: entries.flatMap((one) => one.versions),
    ...(entries.every((one) => one.imports) ? { imports } : {}),
  };
}
