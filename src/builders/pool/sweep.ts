// Sweep step that keeps the table of builders: lists those of the settings, gives up a builder that stays silent, and lets it work again
// once it has ended what it missed the end of. It also empties draining builders.
import { and, eq, inArray, notInArray, or, sql } from 'drizzle-orm';
import type { BuilderReport } from '../../contract/builder/machine/reports.ts';
import { poolLimits } from '../../contract/limits/builder.ts';
import { writeAndRead } from '../../db/client.ts';
import { builders } from '../../db/schema/builders.ts';
import type { Deps } from '../../deps.ts';
import { builderName } from './members.ts';

type BuilderRow = typeof builders.$inferSelect;
type SweepDeps = Pick<Deps, 'directory' | 'builder' | 'builderUrls' | 'clock' | 'log'>;

export async function sweepBuilders(deps: SweepDeps): Promise<void> {
  const rows = await listBuilders(deps);
  if (rows.length < 2 && rows.every(({ lostAt }) => lostAt === null)) return;
  const reports = (await deps.builder.reports()) ?? [];
  const pairs = rows.flatMap((row) => {
    const report = reports.find(({ name }) => name === row.name);
    return report ? [{ row, report }] : [];
  });
  const someAnswer = pairs.some(({ report }) => report.health !== null);
  await Promise.all(pairs.map(({ row, report }) => followBuilder(deps, row, { ...report, someAnswer })));
}

/** Makes the rows match the settings, and returns them. An operator's row of the same builder becomes theirs. */
async function listBuilders({ builderUrls, clock, directory }: SweepDeps): Promise<BuilderRow[]> {
  const names = builderUrls.map(builderName);
  const [isTheirs, isOther] = [eq(builders.source, 'settings'), notInArray(builders.name, names)];
  const added = { source: 'settings', addedAt: clock.now() } as const;
  const writes = builderUrls.map((url) =>
    directory
      .insert(builders)
      .values({ name: builderName(url), url, ...added })
      .onConflictDoUpdate({
        target: builders.name,
        set: { url, source: added.source },
        setWhere: sql`${builders.url} <> ${url} or ${builders.source} <> ${added.source}`,
      }),
  );
  const removed = directory.delete(builders).where(and(isOther, or(isTheirs, inArray(builders.url, [...builderUrls]))));
  const { rows } = await writeAndRead(directory, [removed, ...writes], { rows: directory.select().from(builders) });
  return rows;
}

/** *Dies:* the next sweep finds the same. */
async function followBuilder(
  { builder, clock, directory, log }: SweepDeps,
  { lostAt, mode, name, silentSince }: BuilderRow,
  { health, someAnswer }: Pick<BuilderReport, 'health'> & { someAnswer: boolean },
): Promise<void> {
  const now = clock.now();
  const change = (set: Partial<BuilderRow>) =>
    directory
      .update(builders)
      .set(set)
      .where(and(eq(builders.name, name), sql`${builders.lostAt} is ${lostAt}`));
  if (health === null) {
    if (silentSince === null) await change({ silentSince: now });
    // Without any that answers, it is the Worker that is cut off, and giving up gains nothing.
    else if (lostAt === null && someAnswer && now - silentSince >= poolLimits.lostMs) {
      await change({ lostAt: now });
      log.warn('builder.lost', { builder: name, silent_since: new Date(silentSince).toISOString() });
    }
    return;
  }
  if (lostAt !== null) await builder.stopAll(name, 0);
  if (silentSince !== null) await change({ lostAt: null, silentSince: null });
  if (lostAt !== null) log.info('builder.back', { builder: name });
  if (mode === 'draining') await builder.stopAll(name, poolLimits.drainedIdleMs);
}
