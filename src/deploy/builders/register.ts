// Lists, adds, drains and removes builders, for operators with the admin token (decision 137).
import { and, asc, eq, ne, or, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { BuilderError } from '../../contract/builder/instances.ts';
import { type BuilderMode, type BuilderReport, withPublicNames } from '../../contract/builder/reports.ts';
import { builderListLimits } from '../../contract/limits/builder.ts';
import { invalidField, Problem } from '../../core/problem.ts';
import { insertWhere, writeAndRead } from '../../db/client.ts';
import { builders } from '../../db/schema/builders.ts';
import type { Deps } from '../../deps.ts';
import { reportBuilder } from '../builder/client.ts';

export interface RegisteredBuilder extends BuilderReport {
  /** Null if it is in the settings and the sweep hasn't stored it yet. */
  row: typeof builders.$inferSelect | null;
}

type ReadDeps = Pick<Deps, 'db' | 'builder' | 'askBuilder'>;
type WriteDeps = ReadDeps & Pick<Deps, 'clock' | 'log'>;

/** Lists the builders of the settings, then the added ones. Asks those that this isolate doesn't know yet. */
export async function listBuilders({ db, builder, askBuilder }: ReadDeps): Promise<RegisteredBuilder[]> {
  const read = db.select().from(builders).where(sql`${builders.name} > ''`).orderBy(asc(builders.name));
  const [rows, reports] = await Promise.all([read, builder.reports()]);
  if (!reports || !askBuilder) return [];
  const added = rows.filter(({ source }) => source === 'operator');
  const all = await Promise.all([
    ...reports.filter(({ source }) => source === 'settings'),
    ...added.map(
      ({ mode, name, source, url }) =>
        reports.find((report) => report.name === name) ??
        reportBuilder({ mode, name, source, url }, () => askBuilder(url)),
    ),
  ]);
  return all.map((report) => {
    const row = rows.find(({ name }) => name === report.name) ?? null;
    const condition = row?.lostAt == null ? report.condition : 'lost';
    return { ...report, mode: row?.mode ?? report.mode, condition, row };
  });
}

/** Lists the builders that run the organization's plugins, without their addresses. */
export async function listOwnBuilders(deps: ReadDeps, actor: Actor): Promise<RegisteredBuilder[]> {
  requireScope(actor, 'plugins:read');
  return withPublicNames(await listBuilders(deps));
}

export async function builderByName(deps: ReadDeps, name: string): Promise<RegisteredBuilder> {
  const found = (await listBuilders(deps)).find((one) => one.name === name);
  if (!found) throw notFound('builder', name);
  return found;
}

/**
 * Asks the builder for its health and adds it. Throws a Problem if it can't be used, or the name or the URL is taken. *Dies before the
 * batch:* nothing was added.
 */
export async function addBuilder(deps: WriteDeps, name: string, given: string): Promise<RegisteredBuilder> {
  const { askBuilder, clock, db, log } = deps;
  if (!askBuilder)
    throw new Problem('conflict', 'This installation starts a container for each instance, without builders to add', {
      hint: 'Set BUILDER_MODE=url to run builders of your own.',
    });
  const url = parseOrigin(given);
  for (const known of await listBuilders(deps)) requireOther(known, name, url);
  const report = await reportBuilder({ name, url, source: 'operator', mode: 'active' }, () => askBuilder(url));
  const reason = refusal(report);
  if (reason !== undefined)
    throw invalidField('url', `The builder ${name} was not added. ${reason}`, 'builder_refused');
  const added = { name, url, source: report.source, mode: report.mode, addedAt: clock.now() };
  const hasRoom = sql`(select count(*) from ${builders} where ${builders.name} > '' and ${builders.source} = 'operator') < ${builderListLimits.addedMax}`;
  const { stored } = await writeAndRead(db, [insertWhere(db, builders, added, hasRoom, sql`on conflict do nothing`)], {
    stored: db
      .select()
      .from(builders)
      .where(or(eq(builders.name, name), eq(builders.url, url))),
  });
  const [row] = stored;
  if (!row) throw tooMany();
  if (row.addedAt !== added.addedAt) requireOther(row, name, url);
  log.warn('builder.added', { builder: name, url });
  return { ...report, row };
}

/** Drains or resumes a builder. The last active one isn't drained, since its instances would have nowhere to go. */
export async function setBuilderMode(deps: WriteDeps, name: string, mode: BuilderMode): Promise<RegisteredBuilder> {
  const { clock, db, log } = deps;
  const all = await listBuilders(deps);
  const found = all.find((one) => one.name === name);
  if (!found) throw notFound('builder', name);
  // Each builder of the settings has a row from now on, since the guard counts rows.
  const missing = all.flatMap(({ row, name: missingName, url, source }) =>
    row ? [] : [{ name: missingName, url, source, addedAt: clock.now() }],
  );
  const hasOther = sql`exists (select 1 from ${builders} other where other.name > '' and other.name <> ${name} and other.mode = 'active' and other.lost_at is null)`;
  const { rows } = await writeAndRead(
    db,
    [
      ...missing.map((row) => db.insert(builders).values(row).onConflictDoNothing()),
      db
        .update(builders)
        .set({ mode, revision: sql`${builders.revision} + 1` })
        .where(and(eq(builders.name, name), ne(builders.mode, mode), mode === 'draining' ? hasOther : undefined)),
    ],
    { rows: db.select().from(builders).where(eq(builders.name, name)) },
  );
  const [row] = rows;
  if (!row) throw notFound('builder', name);
  if (row.mode !== mode)
    throw new Problem('conflict', `The builder ${name} is the last one that is active`, {
      hint: 'Add another builder, or resume one: `slipway builders resume NAME`.',
    });
  if (found.mode !== mode) log.warn(mode === 'draining' ? 'builder.draining' : 'builder.resumed', { builder: name });
  return { ...found, mode, row };
}

/** Removes a builder that an operator added, once it has no instances. `force` leaves those that it has behind. */
export async function removeBuilder(deps: WriteDeps, name: string, force: boolean): Promise<void> {
  const { condition, health, source } = await builderByName(deps, name);
  if (source === 'settings')
    throw new Problem('conflict', `The builder ${name} is in the settings`, {
      hint: 'Drain it, remove it from BUILDER_URLS, then restart Slipway.',
    });
  if (!force && condition !== 'lost' && health?.instances !== 0)
    throw new Problem(
      'in-use',
      health
        ? `The builder ${name} has ${health.instances} instances`
        : `The builder ${name} doesn't answer, so it may have instances`,
      { hint: `Drain it first: \`slipway builders drain ${name} --wait\`. Or remove it with \`?force=true\`.` },
    );
  await deps.db.delete(builders).where(and(eq(builders.name, name), eq(builders.source, 'operator')));
  deps.log.warn('builder.removed', { builder: name });
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  const message = 'must be an http or https URL without a path, such as http://builder-2:8080';
  throw invalidField('url', `The URL ${message}`, 'url_refused');
}

/** Returns why a builder can't be added. */
function refusal({ cause, health }: BuilderReport): string | undefined {
  if (health?.status === 'stopping') return 'It is about to exit.';
  if (health?.packages === 'kept')
    return 'It keeps packages to itself: start it with BUILDER_PACKAGES=stored, so that all builders share them.';
  if (health) return undefined;
  if (!(cause instanceof BuilderError)) return "It doesn't answer like a builder of this release.";
  return cause.code === 'unauthorized'
    ? 'It has another BUILDER_TOKEN than the Worker.'
    : cause.message.replace(/\.?$/, '.');
}

function requireOther(known: Pick<BuilderReport, 'name' | 'url'>, name: string, url: string): void {
  if (known.name === name) throw new Problem('name-taken', `A builder named ${name} already exists`);
  if (new URL(known.url).origin === url)
    throw new Problem('name-taken', `The builder at ${url} is already listed as ${known.name}`);
}

function tooMany(): Problem {
  const max = builderListLimits.addedMax;
  return new Problem(
    'quota-exceeded',
    `This installation has ${max} of ${max} added builders. Remove one: \`slipway builders remove NAME\`.`,
    { details: { resource: 'builders', current_count: max, max_allowed: max } },
  );
}
