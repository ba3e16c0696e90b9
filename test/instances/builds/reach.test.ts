// Tests how advisories' hits learn whether the program reaches the vulnerable part.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type Affected, packageUrl } from '../../../src/contract/advisories.ts';
import type { ProgramAnalysis } from '../../../src/contract/builder/analyses.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { advisories, advisoryPackages, packageVersions, versionAdvisories } from '../../../src/db/schema/advisories.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { sweepReach } from '../../../src/instances/builds/reach.ts';
import { reachedFunctions } from '../../../src/instances/builds/reached-functions.ts';
import { collect } from '../../../src/registry/storage/collector.ts';
import { clockAt } from '../../support/deps.ts';
import { type Scene, scene } from '../../support/scenes/scene.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

const used = { ecosystem: 'Go', name: 'example.com/parser', version: '1.0.0' } as const;
const functions = 'example.com/parser Decoder.Decode Parse\nexample.com/parser/deep\nnet/url ParseQuery\n';

/** Names the vulnerable parts of each advisory, and returns what is stored after a sweep: `ID: reach`. */
async function resolved(s: Scene, parts: Record<string, Affected['imports']>): Promise<string[]> {
  const { db } = s.deps;
  const purl = packageUrl(used);
  await db
    .insert(packageVersions)
    .values({ ...used, purl })
    .onConflictDoNothing();
  for (const [id, imports] of Object.entries(parts)) {
    const advisory = { id, aliases: [], severity: null, summary: id, digest: id, matchDue: false };
    await db
      .insert(advisories)
      .values({ ...advisory, modifiedAt: 0, updatedAt: 0 })
      .onConflictDoNothing();
    const affected = { ranges: [], versions: [], ...(imports ? { imports } : {}) };
    await db
      .insert(advisoryPackages)
      .values({ advisoryId: id, ecosystem: 'Go', name: used.name, affected })
      .onConflictDoNothing();
    const hit = { versionId: s.version.id, advisoryId: id, purl, organizationId: s.actor.organizationId };
    await db
      .insert(versionAdvisories)
      .values({ ...hit, fixedIn: null, reach: 'unknown', reachDue: true, announceDue: true, createdAt: 0 });
  }
  return swept(s);
}

async function swept({ deps, version }: Scene): Promise<string[]> {
  await sweepReach(deps);
  const rows = await deps.db.select().from(versionAdvisories).where(eq(versionAdvisories.versionId, version.id));
  return rows.map(({ advisoryId, reach, reachDue }) => `${advisoryId}: ${reachDue ? 'due' : reach}`).sort();
}

/** A version for whose source the builder's analysis returns this result. */
async function analyzed(analyze: () => Promise<ProgramAnalysis>): Promise<Scene & { called: string[] }> {
  const s = await scene({ files: { 'unique.txt': crypto.randomUUID() } });
  const { builder, called } = watchedBuilder(s.deps.builder, { analyze });
  return { ...s, called, deps: { ...s.deps, builder } };
}

const found = async (): Promise<ProgramAnalysis> => ({ recipe: 'a'.repeat(64), reached: [], functions });

test('a hit is resolved by the symbol, the package or neither, and a source is analyzed once', async () => {
  const s = await analyzed(found);
  const parser = 'example.com/parser';
  expect(
    await resolved(s, {
      method: [{ path: parser, symbols: ['Other', 'Decoder.Decode'] }],
      module: [{ path: `${parser}/deep`, symbols: [] }],
      absent: [{ path: `${parser}/absent`, symbols: [] }],
      nothing: undefined,
      prefix: [{ path: parser, symbols: ['Decoder', 'Pars'] }],
    }),
  ).toEqual(['absent: none', 'method: symbol', 'module: package', 'nothing: unknown', 'prefix: none']);
  await s.deps.db.update(versionAdvisories).set({ reachDue: true });
  expect((await swept(s)).length).toBe(5);
  expect(s.called.filter((name) => name === 'analyze')).toEqual(['analyze']);
});

test.each<[string, () => Promise<ProgramAnalysis>, string]>([
  ['a failed analysis', async () => ({ ...(await found()), functions: null }), 'any: unknown'],
  ['a builder that fails', () => Promise.reject(new BuilderError('internal', 'no')), 'any: unknown'],
  ['a builder that does not respond', () => Promise.reject(new BuilderError('unreachable', 'no')), 'any: due'],
])('%s never counts as not reached', async (_, analyze, expected) => {
  const s = await analyzed(analyze);
  expect(await resolved(s, { any: [{ path: 'example.com/parser', symbols: ['Parse'] }] })).toEqual([expected]);
});

test('the functions of a source are deleted a day after its last version', async () => {
  const s = await analyzed(found);
  await resolved(s, { any: [{ path: 'example.com/parser', symbols: ['Parse'] }] });
  const stored = async () => (await s.deps.blobs.head(`reached-functions/${s.version.sha256}`)) !== null;
  const later = { ...s.deps, clock: clockAt(Date.now() + 2 * 86_400_000) };
  await collect(later, reachedFunctions);
  expect(await stored()).toBe(true);
  await s.deps.db.update(pluginVersions).set({ deletedAt: 1 });
  await collect(later, reachedFunctions);
  expect(await stored()).toBe(false);
});
