// Lists, adds, drains and removes builders, for operators with the admin token (decision 137).
import { and, asc, eq, ne, or, sql } from 'drizzle-orm';
import { notFound } from '../../access/actor.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import type { BuilderMode, BuilderReport } from '../../contract/builder/machine/reports.ts';
import { builderListLimits } from '../../contract/limits/builder.ts';
import { invalidField, Problem } from '../../core/problem.ts';
import { insertWhere, writeAndRead } from '../../db/client.ts';
import { builders } from '../../db/schema/builders.ts';
import { deployments, livePointers } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import { reportBuilder } from '../client.ts';

type ReadDeps = Pick<Deps, 'directory' | 'builder' | 'askBuilder'>;
type WriteDeps = ReadDeps & Pick<Deps, 'clock' | 'log'>;

/** Lists the builders of the settings, then the added ones. Asks those that this isolate doesn't know yet. */
export async function listBuilders({ directory, builder, askBuilder }: ReadDeps): Promise<BuilderReport[]> {
  const read = directory.select().from(builders).where(sql`${builders.name} > ''`).orderBy(asc(builders.name));
  const [rows, reports] = await Promise.all([read, builder.reports()]);
  if (!reports || !askBuilder) return [];
  const added = rows.filter(({ source }) => source === 'operator');
  const reportOf = ({ mode, name, source, url }: (typeof rows)[number]) =>
    reports.find((one) => one.name === name) ?? reportBuilder({ mode, name, source, url }, () => askBuilder(url));
  const listed = reports.filter(({ source }) => source === 'settings');
  const all = [...listed, ...(await Promise.all(added.map(reportOf)))];
  return all.map((report) => {
    const row = rows.find(({ name }) => name === report.name);
    return row ? { ...report, mode: row.mode, condition: row.lostAt === null ? report.condition : 'lost' } : report;
  });
}

/**
 * Asks the builder for its health and adds it. Throws a Problem if it can't be used, or the name or the URL is taken. *Dies before the
 * batch:* nothing was added.
 */
export async function addBuilder(deps: WriteDeps, name: string, given: string): Promise<BuilderReport> {
  const { askBuilder, builder, clock, directory, log } = deps;
  if (!askBuilder)
    throw new Problem('conflict', 'The platform starts a container for each instance: there are no builders');
  const url = parseOrigin(given);
  const listed = await listBuilders(deps);
  for (const known of listed) requireOther(known, name, url);
  const report = await reportBuilder({ name, url, source: 'operator', mode: 'active' }, () => askBuilder(url));
  const reason = [...listed, report].map(keepsPackages).find((one) => one !== undefined) ?? refusal(report);
  if (reason !== undefined)
    throw invalidField('url', `The builder ${name} was not added. ${reason}`, 'builder_refused');
  const max = builderListLimits.addedMax;
  const hasRoom = sql`(select count(*) from ${builders} where ${builders.name} > '' and ${builders.source} = 'operator') < ${max}`;
  const row = { name, url, source: report.source, addedAt: clock.now() };
  const taken = or(eq(builders.name, name), eq(builders.url, url));
  const [inserted, found] = await directory.batch([
    insertWhere(directory, builders, row, hasRoom, sql`on conflict do nothing`).returning({ name: builders.name }),
    directory.select().from(builders).where(taken),
  ]);
  if (inserted.length === 0) {
    for (const known of found) requireOther(known, name, url);
    throw new Problem('conflict', `This installation has ${max} of ${max} added builders. Remove one first`);
  }
  builder.relist();
  log.warn('builder.added', { builder: name, url });
  return report;
}

/** Drains or resumes a builder. The last active one isn't drained, since its instances would have nowhere to go. */
export async function setBuilderMode(deps: WriteDeps, name: string, mode: BuilderMode): Promise<BuilderReport> {
  const { clock, directory, log } = deps;
  const all = await listBuilders(deps);
  const found = findBuilder(all, name);
  // The guard counts rows, and the sweep may not have stored those of the settings yet.
  const listed = all.filter(({ source }) => source === 'settings');
  const rows = listed.map((one) => ({ name: one.name, url: one.url, source: one.source, addedAt: clock.now() }));
  const hasOther = sql`exists (select 1 from ${builders} other where other.name > '' and other.name <> ${name} and other.mode = 'active' and other.lost_at is null)`;
  const mayChange = and(eq(builders.name, name), ne(builders.mode, mode), mode === 'draining' ? hasOther : undefined);
  const { changed, stored } = await writeAndRead(
    directory,
    rows.map((row) => directory.insert(builders).values(row).onConflictDoNothing()),
    {
      changed: directory.update(builders).set({ mode }).where(mayChange).returning(),
      stored: directory.select().from(builders).where(eq(builders.name, name)),
    },
  );
  if (stored[0]?.mode !== mode)
    throw new Problem('conflict', `The builder ${name} is the last one that is active`, {
      hint: 'Add another builder, or resume one: `slipway builders resume NAME`.',
    });
  if (changed.length > 0) {
    deps.builder.relist();
    log.warn('builder.changed', { builder: name, mode });
  }
  return { ...found, mode };
}

/** Removes a builder that an operator added, once it has neither instances nor files. `force` leaves those that it has behind. */
export async function removeBuilder(deps: WriteDeps & Pick<Deps, 'db'>, name: string, force: boolean): Promise<void> {
  const { condition, health, source } = findBuilder(await listBuilders(deps), name);
  if (source === 'settings')
    throw new Problem('conflict', `The builder ${name} is in the settings`, {
      hint: 'Drain it, remove it from BUILDER_URLS, then restart Slipway.',
    });
  const byForce = 'repeat this with `--force` (in the API, `?force=true`).';
  if (!force && condition !== 'lost' && health?.instances !== 0)
    throw new Problem('in-use', `The builder ${name} has ${health?.instances ?? 'an unknown number of'} instances`, {
      hint: `Drain it first: \`slipway builders drain ${name} --wait\`. Or ${byForce}`,
    });
  if (!force && (await hasFiles(deps, name)))
    throw new Problem('in-use', `The builder ${name} has the files of live storage plugins`, {
      hint: `Undeploy them first. Or, if they are lost anyway, ${byForce}`,
    });
  await deps.directory.delete(builders).where(and(eq(builders.name, name), eq(builders.source, 'operator')));
  deps.builder.relist();
  deps.log.warn('builder.removed', { builder: name });
}

async function hasFiles({ db }: Pick<Deps, 'db'>, name: string): Promise<boolean> {
  const isThere = sql`${deployments.placement} ->> '$.home' = ${name}`;
  const found = await db
    .select({ id: deployments.id })
    .from(livePointers)
    .innerJoin(deployments, eq(deployments.id, livePointers.targetId))
    .where(and(sql`${livePointers.namespaceId} > ''`, isThere))
    .limit(1);
  return found.length > 0;
}

function findBuilder(all: readonly BuilderReport[], name: string): BuilderReport {
  const found = all.find((one) => one.name === name);
  if (!found) throw notFound('builder', name);
  return found;
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  const message = 'The URL must be http or https, without a path, such as http://builder-2:8080';
  throw invalidField('url', message, 'url_refused');
}

/** Packages of one builder must be within the others' reach. */
function keepsPackages({ health, name }: BuilderReport): string | undefined {
  if (health?.packages !== 'kept') return undefined;
  return `The builder ${name} keeps packages to itself: start it with BUILDER_PACKAGES=stored.`;
}

/** Returns why a builder can't be added. */
function refusal({ cause, health }: BuilderReport): string | undefined {
  if (health?.status === 'stopping') return 'It is about to exit.';
  if (health) return undefined;
  if (!(cause instanceof BuilderError)) return "It doesn't answer like a builder of this release.";
  return cause.code === 'unauthorized' ? 'It has another BUILDER_TOKEN than the Worker.' : cause.message;
}

function requireOther(known: Pick<BuilderReport, 'name' | 'url'>, name: string, url: string): void {
  if (known.name === name) throw new Problem('name-taken', `A builder named ${name} already exists`);
  if (new URL(known.url).origin === url)
    throw new Problem('name-taken', `The builder at ${url} is already listed as ${known.name}`);
}
