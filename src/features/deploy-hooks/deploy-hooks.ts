// Creates, lists, updates and deletes deploy hooks: the pushes they accept and the action they take. A namespace-restricted key sees
// only hooks of plugins in its namespaces.
import { and, asc, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { ownerNamespace, requireOrganizationKey } from '../../access/owners.ts';
import { type Source, shortRef } from '../../contract/builder/sources.ts';
import { authorIds } from '../../contract/events/authors.ts';
import type { HookAction, HookProvider } from '../../contract/features/deploy-hooks/states.ts';
import type { ReleaseChoice } from '../../contract/releases.ts';
import type { EndpointState } from '../../contract/states.ts';
import { iso } from '../../core/clock.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../core/external-url.ts';
import type { DeployHookId, NamespaceId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { invalidField, Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, writeAndRead } from '../../db/client.ts';
import { listWith } from '../../db/columns.ts';
import { type OwnerId, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { requestSource } from '../../instances/builds/fetch-source.ts';
import { homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../../registry/go/home-namespace.ts';
import { requireUnstaged } from '../../registry/versions/stages.ts';
import { newSecret, sealSecret } from '../../signed-requests/secrets.ts';
import { openPushesFailed } from './push-statements.ts';
import { matchesRef } from './ref-patterns.ts';
import { changedReporting, sealReporting } from './status-token.ts';
import { deployHooks } from './tables.ts';

export type DeployHook = typeof deployHooks.$inferSelect;
export type HookKind = Exclude<DeployHook['kind'], 'agent'>;

type WriteDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'dataKey'> & ExternalUrlRules;

/** Fields that can be changed later. */
export interface HookFields {
  description: string | null;
  branches: string[];
  tags: string[];
  action: HookAction;
  /** How the name gets to a pushed version. Null to use the plugin's or the namespace's setting. */
  release: ReleaseChoice | null;
  status: EndpointState;
  /** Null removes the token. */
  statusToken: string | null;
  statusUrl: string | null;
}

export interface NewHook extends Omit<HookFields, 'status'> {
  kind: HookKind;
  plugin: string;
  /** An extractor's namespace; null for the organization. Ignored for Go plugins, which have one namespace. */
  namespaceId: NamespaceId | null;
  provider: HookProvider;
  /** Defaults to the repository and path of the plugin's active version. */
  repository: string | undefined;
  path: string | undefined;
}

/** SQL: the actor sees the hook. Part of every query for one. */
export function visibleTo({
  organizationId,
  namespaceIds,
}: Pick<Actor, 'organizationId' | 'namespaceIds'>): SQL | undefined {
  const allowed = namespaceIds && [...namespaceIds].map((id) => sql`${id}`);
  return and(
    eq(deployHooks.organizationId, organizationId),
    isNull(deployHooks.deletedAt),
    allowed ? sql`${deployHooks.ownerId} in (${sql.join(allowed, sql`, `)})` : undefined,
  );
}

/** Selects the hook for a batch, or no row. */
export function selectHook(db: Deps['db'], actor: Actor, id: DeployHookId) {
  return db
    .select()
    .from(deployHooks)
    .where(and(eq(deployHooks.id, id), visibleTo(actor)));
}

export function requireHook([hook]: DeployHook[], id: DeployHookId): DeployHook {
  if (!hook) throw notFound('deploy hook', id);
  return hook;
}

export async function listHooks(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { limit, cursor }: PageRequest,
): Promise<Page<DeployHook>> {
  requireScope(actor, 'plugins:deploy');
  const rows = await db
    .select()
    .from(deployHooks)
    .where(and(visibleTo(actor), cursor ? gt(sql`${deployHooks.id}`, cursor) : undefined))
    .orderBy(asc(deployHooks.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

export async function hookById({ db }: Pick<Deps, 'db'>, actor: Actor, id: DeployHookId): Promise<DeployHook> {
  requireScope(actor, 'plugins:deploy');
  return requireHook(await selectHook(db, actor, id), id);
}

/** Creates a hook for an existing plugin and returns its secret, which is shown only here. */
export async function createHook(
  deps: WriteDeps,
  actor: Actor,
  given: NewHook,
): Promise<{ hook: DeployHook; secret: string }> {
  requireForAction(actor, given.action);
  requireUnstaged(actor, 'deploy hooks');
  const { db, ids, clock } = deps;
  const { kind, plugin, provider, action } = given;
  const { ownerId, ...target } = await hookTarget(deps, actor, given);
  requireSuitable({ kind, ownerId, action, provider, statusToken: given.statusToken });
  const id = ids('deployHook');
  const secret = newSecret();
  const now = clock.now();
  const row = {
    id,
    organizationId: actor.organizationId,
    ownerId,
    pluginId: target.pluginId,
    kind,
    pluginName: plugin,
    description: given.description,
    provider,
    action,
    repository: requireUrl(deps, target.repository, 'repository'),
    path: target.path ?? null,
    branches: given.branches,
    tags: given.tags,
    release: given.release,
    status: 'enabled' as const,
    secret: await sealSecret(deps, id, secret),
    ...(await sealReporting(deps, id, given)),
    windowStart: now,
    windowCount: 0,
    createdBy: actor.ref,
    createdAt: now,
    updatedAt: now,
  };
  const data = { kind, plugin, provider, action };
  const created = await writeAndRead(
    db,
    [
      insertWhere(db, deployHooks, row, sql`true`),
      record(deps, { ...eventOf(actor, row), type: 'deploy_hook.created', data }, previousChanged),
    ],
    { hooks: selectHook(db, actor, id) },
  );
  return { hook: requireHook(created.hooks, id), secret };
}

export async function updateHook(
  deps: WriteDeps,
  actor: Actor,
  id: DeployHookId,
  fields: Partial<HookFields>,
): Promise<DeployHook> {
  const before = await hookById(deps, actor, id);
  const { db, clock } = deps;
  const { statusToken: _token, statusUrl: _url, ...others } = fields;
  const reporting = await changedReporting(deps, actor, before, fields);
  const changed = { ...others, ...reporting };
  const after = { ...before, ...changed };
  requireForAction(actor, after.action);
  requireUnstaged(actor, 'deploy hooks');
  requireSuitable(after);
  const data = { fields: Object.keys(changed) };
  const updated = await writeAndRead(
    db,
    [
      db
        .update(deployHooks)
        .set({ ...changed, ...changeBy(actor, clock.now()) })
        .where(and(eq(deployHooks.id, id), visibleTo(actor))),
      record(deps, { ...eventOf(actor, before), type: 'deploy_hook.updated', data }, previousChanged),
      ...(fields.status === 'disabled' ? openPushesFailed(deps, before, 'hook-disabled') : []),
    ],
    { hooks: selectHook(db, actor, id) },
  );
  return requireHook(updated.hooks, id);
}

/** Deletes the hook and its token immediately; the sweep removes its pushes and row. */
export async function deleteHook(deps: WriteDeps, actor: Actor, id: DeployHookId): Promise<void> {
  const hook = await hookById(deps, actor, id);
  const now = deps.clock.now();
  await deps.db.batch([
    deps.db
      .update(deployHooks)
      .set({ statusToken: null, deletedAt: now, updatedAt: now })
      .where(and(eq(deployHooks.id, id), visibleTo(actor))),
    record(deps, { ...eventOf(actor, hook), type: 'deploy_hook.deleted' }, previousChanged),
    ...openPushesFailed(deps, hook, 'hook-deleted'),
  ]);
}

/** Creates a new secret, which is shown only here. During the overlap, the previous secret is accepted too. */
export async function rotateHookSecret(
  deps: WriteDeps,
  actor: Actor,
  id: DeployHookId,
  overlapMs: number,
): Promise<{ hook: DeployHook; secret: string }> {
  const { db, clock } = deps;
  const before = await hookById(deps, actor, id);
  requireForAction(actor, before.action);
  requireUnstaged(actor, 'deploy hooks');
  const secret = newSecret();
  const until = clock.now() + overlapMs;
  const previous =
    overlapMs > 0
      ? { previousSecret: sql`${deployHooks.secret}`, previousUntil: until }
      : { previousSecret: null, previousUntil: null };
  const data = { previous_valid_until: iso(until) };
  const rotated = await writeAndRead(
    db,
    [
      db
        .update(deployHooks)
        .set({ ...previous, secret: await sealSecret(deps, id, secret), ...changeBy(actor, clock.now()) })
        .where(and(eq(deployHooks.id, id), visibleTo(actor))),
      record(deps, { ...eventOf(actor, before), type: 'deploy_hook.secret_rotated', data }, previousChanged),
    ],
    { hooks: selectHook(db, actor, id) },
  );
  return { hook: requireHook(rotated.hooks, id), secret };
}

/** Returns the columns that say when and by whom a hook was changed. */
function changeBy({ ref }: Actor, now: number) {
  return { changedBy: listWith(deployHooks.changedBy, authorIds(ref)), updatedAt: now };
}

/** A hook publishes on behalf of its creator, who therefore needs the publishing scopes. */
function requireForAction(actor: Actor, action: HookAction): void {
  requireScope(actor, 'plugins:deploy');
  if (action !== 'redeploy') requireScope(actor, 'plugins:write');
}

/** Returns an extractor's owner: a namespace or the organization. */
function extractorOwner(actor: Actor, namespaceId: NamespaceId | null): OwnerId {
  if (namespaceId === null) return requireOrganizationKey(actor);
  if (actor.namespaceIds !== null && !actor.namespaceIds.has(namespaceId)) throw notFound('namespace', namespaceId);
  return namespaceId;
}

/** Returns the hook's plugin and its source repository. Throws not-found if there is no such plugin. */
async function hookTarget({ db }: Pick<Deps, 'db'>, actor: Actor, { kind, plugin, ...given }: NewHook) {
  const isExtractor = kind === 'extractor';
  const ownerId = isExtractor ? extractorOwner(actor, given.namespaceId) : homeNamespaceId(actor);
  const named = and(
    eq(plugins.ownerId, ownerId),
    eq(plugins.kind, kind),
    eq(plugins.name, plugin),
    eq(plugins.organizationId, actor.organizationId),
    isNotNull(plugins.activeVersionId),
  );
  const found = await readTogether(db, {
    homes: selectHomeNamespace(db, actor),
    plugins: db.select().from(plugins).where(named),
    versions: db
      .select()
      .from(pluginVersions)
      .where(eq(pluginVersions.id, sql`(select ${plugins.activeVersionId} from ${plugins} where ${named})`)),
  });
  if (!isExtractor) requireHomeNamespace(found.homes, actor);
  const [row] = found.plugins;
  const source = found.versions[0]?.source;
  if (!row) throw notFound('plugin', plugin);
  const url = given.repository ?? source?.repository;
  if (url === undefined)
    throw invalidField(
      'repository',
      `${plugin} was not published from Git. Name the repository that pushes to this hook.`,
    );
  const path = given.repository === undefined ? (given.path ?? source?.path) : given.path;
  return { ownerId: row.ownerId, pluginId: row.id, repository: url, path };
}

type Suitable = Pick<DeployHook, 'kind' | 'ownerId' | 'action' | 'provider' | 'statusToken'>;

function requireSuitable({ kind, ownerId, action, provider, statusToken }: Suitable): void {
  if (action === 'publish' && kind !== 'extractor')
    throw invalidField('action', 'A Go plugin is deployed as soon as it is published. Use `update`.');
  if (action !== 'publish' && ownerNamespace(ownerId) === null)
    throw invalidField(
      'action',
      "An organization's plugin is deployed in the namespaces that enable it. Use `publish`.",
    );
  if (statusToken !== null && provider !== 'github')
    throw invalidField('status_token', 'States are reported to GitHub only. Leave out `status_token`.');
}

function requireUrl(rules: ExternalUrlRules, text: string, field: string): string {
  const target = parseExternalUrl(text, rules);
  if ('url' in target) return target.url.href;
  throw invalidField(field, `The URL is not allowed: ${target.refused}`);
}

function eventOf({ organizationId, ref }: Actor, { id, ownerId }: Pick<DeployHook, 'id' | 'ownerId'>) {
  return { organizationId, namespaceId: ownerNamespace(ownerId), subjectId: id, actor: ref };
}

interface Trial {
  ref: string;
  source: Source;
  /** True if the hook acts on pushes of the ref. */
  isSelected: boolean;
}

/** Throws a Problem if the source could not be fetched. */
export async function tryHook(deps: Deps, actor: Actor, id: DeployHookId, ref: string): Promise<Trial> {
  requireScope(actor, 'plugins:deploy');
  const hook = await hookById(deps, actor, id);
  const { sources } = await deps.builder.capabilities();
  if (!sources.available) throw new Problem('capability-missing', sources.reason);
  const { repository, path } = hook;
  const named = { repository, ref, ...(path === null ? {} : { path }) };
  const fetched = await requestSource(deps, { ...hook, createdBy: actor.ref }, named);
  if ('refused' in fetched)
    throw new Problem('plugin-refused', fetched.refused.message, {
      hint: "Check the hook's repository and path, and the ref.",
      fields: [{ path: ['body', 'ref'], message: fetched.refused.message, type: fetched.refused.code }],
    });
  const { archive, source } = fetched;
  await archive.cancel();
  const kind = source.ref_kind === 'tag' ? 'tags' : 'heads';
  return { ref: shortRef(ref), source, isSelected: matchesRef(hook, `refs/${kind}/${shortRef(ref)}`) };
}
