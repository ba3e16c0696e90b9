// Reads OSV records (ossf.github.io/osv-schema): the fields that Slipway uses, of the ecosystems that plugins use.
import { z } from 'zod';
import { type Affected, type Ecosystem, ecosystems, type RangeEvent, type Severity } from '../contract/advisories.ts';
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

/** Returns undefined for anything that is not an OSV record. */
export function readRecord(value: unknown): Advisory | undefined {
  const { data: record } = recordSchema.safeParse(value);
  if (!record) return undefined;
  const { published, withdrawn, modified } = record;
  const affected = record.affected ?? [];
  const [text = ''] = (record.summary || record.details || '').trim().split('\n');
  return {
    id: record.id,
    aliases: record.aliases ?? [],
    summary: text.slice(0, summaryMax),
    severity: severityOf(
      [record.severity, ...affected.map(({ severity }) => severity)].flatMap((list) => list ?? []),
      record.database_specific?.severity,
    ),
    publishedAt: published ?? null,
    modifiedAt: modified ?? published ?? 0,
    withdrawnAt: withdrawn ?? null,
    packages: packagesIn(affected),
    gitRanges: affected.flatMap(({ ranges }) => ranges ?? []).filter(({ type }) => type === 'GIT').length,
  };
}

function packagesIn(entries: readonly AffectedEntry[]): AffectedPackage[] {
  const packages = new Map<string, AffectedPackage>();
  for (const entry of entries) {
    const ecosystem = ecosystems.find((known) => known === entry.package?.ecosystem);
    if (!ecosystem || !entry.package) continue;
    const name = ecosystem === 'PyPI' ? normalizedName(entry.package.name) : entry.package.name;
    const key = `${ecosystem} ${name}`;
    const known = packages.get(key);
    const affected = affectedBy(entry);
    packages.set(key, { ecosystem, name, affected: known ? merged(known.affected, affected) : affected });
  }
  return [...packages.values()];
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

/** Combines two entries about one package. An entry without imports is about all of the package. */
function merged(one: Affected, other: Affected): Affected {
  return {
    ranges: [...one.ranges, ...other.ranges],
    versions: [...one.versions, ...other.versions],
    ...(one.imports && other.imports ? { imports: [...one.imports, ...other.imports] } : {}),
  };
}
