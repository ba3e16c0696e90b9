// Sets, lists and deletes a namespace's secrets. Values are write-only: neither they nor digests of them are ever returned.
import { and, asc, eq, getTableColumns, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace, visibleTo } from '../../access/visible-namespaces.ts';
import { settingLimits } from '../../contract/features/secrets/limits.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, runInOrder, writeAndRead } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { deployments, isCurrent } from '../../db/schema/deploy.ts';
import { secrets } from '../../db/schema/models.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { namesAskedBy } from '../../instances/secrets/asked-secrets.ts';
import { sealValue } from '../../instances/secrets/sealed-values.ts';
import { listSecretUsers, type SecretUsers, selectAsking } from './secret-users.ts';

export type Secret = Omit<typeof secrets.$inferSelect, 'sealed' | 'restartDue'> & { users: SecretUsers };

const { sealed: _, ...shown } = getTableColumns(secrets);

interface Named {
  namespaceId: NamespaceId;
  name: string;
}

/**
 * Creates the secret or replaces its value, in one batch with the message that replaces the deployments using it. *Dies before:*
 * nothing has changed. *Dies after:* the row records that a restart is due, and the sweep sends the message again.
 */
export async function setSecret(
  deps: Deps,
  actor: Actor,
  { value, ...named }: Named & { value: string },
): Promise<Secret> {
  requireScope(actor, 'namespaces:admin');
  const { db, ids, clock } = deps;
  const { namespaceId, name } = named;
  const now = clock.now();
  const exists = sql`exists (select 1 from ${secrets} where ${isNamed(named)})`;
  const count = sql<number>`(select count(*) from ${secrets} where ${secrets.namespaceId} = ${namespaceId})`;
  const revision = sql<number>`(select ${namespaces.secretRevision} from ${namespaces} where ${namespaces.id} = ${namespaceId})`;
  const row = {
    ...named,
    id: ids('secret'),
    sealed: await sealValue(deps, named, value),
    revision,
    restartDue: true,
    createdAt: now,
    updatedAt: now,
    updatedBy: actor.ref,
  };
  const message = outboxMessage(deps, 'deployments', { v: 1, type: 'restart-for-secrets', id: namespaceId });
  const event = { ...eventOf(actor, named), type: 'secret.set' as const };
  const { asking, spaces, written } = await writeAndRead(
    db,
    [
      db
        .update(namespaces)
        .set({ secretRevision: sql`coalesce(${namespaces.secretRevision}, 0) + 1` })
        .where(
          and(
            visibleTo(actor),
            eq(namespaces.id, namespaceId),
            sql`(${exists} or ${count} < ${settingLimits.perNamespaceMax})`,
          ),
        ),
      insertWhere(
        db,
        secrets,
        row,
        previousChanged,
        sql`on conflict do update set sealed = excluded.sealed, revision = excluded.revision, restart_due = 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
      ),
      record(deps, { ...event, data: sql`json_object('name', ${name}, 'revision', ${revision})` }, previousChanged),
      enqueue(deps, message, previousChanged),
    ],
    {
      spaces: selectNamespace(db, actor, namespaceId),
      asking: selectAsking(db, namespaceId),
      written: db.select(shown).from(secrets).where(isNamed(named)),
    },
  );
  requireNamespace(spaces, namespaceId);
  const [secret] = written;
  if (!secret) throw tooMany();
  deps.defer(sendNow(deps, message));
  return { ...secret, users: listSecretUsers(secret, asking) };
}

export async function listSecrets(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { limit, cursor }: PageRequest,
): Promise<Page<Secret>> {
  requireScope(actor, 'plugins:read');
  const { asking, spaces, rows } = await readTogether(db, {
    spaces: selectNamespace(db, actor, namespaceId),
    asking: selectAsking(db, namespaceId),
    rows: db
      .select(shown)
      .from(secrets)
      .where(and(eq(secrets.namespaceId, namespaceId), cursor ? gt(secrets.name, cursor) : undefined))
      .orderBy(asc(secrets.name))
      .limit(limit + 1),
  });
  requireNamespace(spaces, namespaceId);
  const found = rows.map((row) => ({ ...row, users: listSecretUsers(row, asking) }));
  return toPage(found, limit, ({ name }) => name);
}

/** Refuses while deployments use the secret, unless forced. If forced, they keep the value until their next start, which then fails. */
export async function deleteSecret(
  deps: Deps,
  actor: Actor,
  { force, ...named }: Named & { force: boolean },
): Promise<void> {
  requireScope(actor, 'namespaces:admin');
  const { db } = deps;
  const { namespaceId, name } = named;
  const visible = sql`exists (select 1 from ${namespaces} where ${and(visibleTo(actor), eq(namespaces.id, namespaceId))})`;
  const existing = sql`exists (select 1 from ${secrets} where ${isNamed(named)})`;
  const free = force ? sql`true` : sql`not exists (select 1 from ${deployments} where ${uses(named)})`;
  const event = { ...eventOf(actor, named), type: 'secret.deleted' as const, data: { name } };
  const found = await runInOrder(db, [
    {
      spaces: selectNamespace(db, actor, namespaceId),
      existing: db.select({ name: secrets.name }).from(secrets).where(isNamed(named)),
      users: db
        .select({ name: sql<string>`${pluginNameOf(deployments.pluginId)}` })
        .from(deployments)
        .where(uses(named))
        .limit(usersNamed),
    },
    [
      record(deps, event, sql`${visible} and ${existing} and ${free}`),
      db.delete(secrets).where(and(isNamed(named), previousChanged)),
    ],
    {},
    [],
  ]);
  requireNamespace(found.spaces, namespaceId);
  if (found.existing.length === 0) throw notFound('secret', name);
  if (found.users.length > 0 && !force) throw inUse(name, [...new Set(found.users.map((user) => user.name))]);
}

/** SQL: the deployment is live or in progress, and its version asks for the secret. */
function uses({ namespaceId, name }: Named): SQL | undefined {
  const asks = sql`exists (select 1 from ${pluginVersions} cross join ${namesAskedBy(pluginVersions)} asked where ${pluginVersions.id} = ${deployments.versionId} and asked.value = ${name})`;
  return and(
    eq(deployments.namespaceId, namespaceId),
    isCurrent(),
    eq(deployments.type, 'realtime'),
    isNull(deployments.stopAfter),
    asks,
  );
}

function pluginNameOf(pluginId: typeof deployments.pluginId): SQL<string> {
  return sql<string>`(select ${plugins.name} from ${plugins} where ${plugins.id} = ${pluginId})`;
}

/** Most deployments whose plugins the message names. */
const usersNamed = 20;

function isNamed({ namespaceId, name }: Named): SQL | undefined {
  return and(eq(secrets.namespaceId, namespaceId), eq(secrets.name, name));
}

function eventOf({ organizationId, ref }: Actor, named: Named) {
  const subjectId = sql`(select ${secrets.id} from ${secrets} where ${isNamed(named)})`;
  return { organizationId, namespaceId: named.namespaceId, actor: ref, subjectId };
}

function tooMany(): Problem {
  return new Problem(
    'quota-exceeded',
    `This namespace has ${settingLimits.perNamespaceMax} of ${settingLimits.perNamespaceMax} secrets. Delete one that you no longer need: \`slipway secrets delete NAME\`.`,
    {
      details: {
        resource: 'secrets',
        current_count: settingLimits.perNamespaceMax,
        max_allowed: settingLimits.perNamespaceMax,
      },
    },
  );
}

function inUse(name: string, plugins: string[]): Problem {
  return new Problem('in-use', `The secret ${name} is used by ${plugins.join(', ')}`, {
    hint: 'Undeploy the plugins that use it, or repeat this with `--force` (in the API, `?force=true`): running instances then keep the value but fail at their next start.',
    details: { resource: 'secret', id: name, plugins },
  });
}
