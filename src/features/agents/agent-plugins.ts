// Registers, describes and yanks agent plugins. All organizations of the installation share one registry, which every key can read. A
// name belongs to the organization that registered it first (D21). Versions are immutable, and a yanked version is never reused.
import { and, eq, isNotNull, isNull, ne, notExists, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireOrganizationKey } from '../../access/owners.ts';
import { artifactFetch } from '../../contract/features/agents/limits.ts';
import {
  agentNameKey,
  type FieldCode,
  type Notes,
  type Registration,
  unknownRuntime,
} from '../../contract/features/agents/registration.ts';
import type { Json } from '../../contract/json.ts';
import { iso } from '../../core/clock.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../core/external-url.ts';
import type { PluginRowId } from '../../core/ids.ts';
import { canonicalJson } from '../../core/json/canonical.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged, writeAndRead } from '../../db/client.ts';
import { released } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { type ReadSchema, readSchema } from '../../json-schema/read-schema.ts';
import { quarantineMessage, selectQuarantine } from '../../registry/versions/offered.ts';
import { requireUnstaged } from '../../registry/versions/stages.ts';
import { agentArtifacts } from './tables.ts';
import {
  type AgentArtifact,
  enqueueVerification,
  isVerifiable,
  pendingVerification,
  requestVerification,
  verificationEvent,
} from './verification.ts';

export interface RegistrationResult {
  artifact: AgentArtifact;
  result: 'created' | 'updated' | 'unchanged';
}

/**
 * Registers a version in one batch: inserts a row, changes the URL if nothing else differs from the stored registration, or does
 * nothing. So repeated and concurrent requests are safe. Different content, a yanked version or another organization's name is an
 * error.
 */
export async function registerAgentPlugin(
  deps: Deps,
  actor: Actor,
  given: Registration,
  { verified }: { verified: boolean },
): Promise<RegistrationResult> {
  requireScope(actor, 'plugins:write');
  requireOrganizationKey(actor);
  requireUnstaged(actor, 'agent plugins');
  requireAcceptable(deps, given, verified);
  const row = newArtifactRow(deps, actor, given);
  const { artifact, moved } = await writeRegistration(deps, row, given);
  requireSameContent(artifact, given);
  const result = artifact.id === row.id ? 'created' : moved ? 'updated' : 'unchanged';
  if (result === 'unchanged' && verified && !isVerifiedOrPending(artifact))
    return { artifact: await requestVerification(deps, artifact, actor.ref), result };
  if (result !== 'unchanged' && artifact.verification === 'pending')
    enqueueVerification(deps, artifact.id, verified ? artifactFetch.queueDelaySeconds : 0);
  return { artifact, result };
}

function requireAcceptable(rules: ExternalUrlRules, given: Registration, verified: boolean): void {
  const url = parseExternalUrl(given.artifactUrl, rules);
  if ('refused' in url) throw invalidField('artifactUrl', 'invalid_artifact_url', `is not allowed: ${url.refused}`);
  if (verified && !isVerifiable(given.checksum))
    throw invalidField('checksum', 'invalid_checksum', 'must have 64 hexadecimal digits to be verified');
  if (given.configSchema === undefined) return;
  const read = readConfigSchema(given.configSchema);
  if ('refused' in read) throw invalidField('configSchema', 'invalid_config_schema', read.refused);
}

/** Writes the registration and returns the stored row, which may be from a concurrent request. */
async function writeRegistration(
  deps: Deps,
  row: NewArtifact,
  given: Registration,
): Promise<{ artifact: AgentArtifact; moved: boolean }> {
  const { db } = deps;
  const { name, nameKey, version, organizationId, checksum, artifactUrl, registeredBy, registeredAt } = row;
  const sameVersion = and(eq(agentArtifacts.nameKey, nameKey), eq(agentArtifacts.version, version));
  const foreign = and(eq(agentArtifacts.nameKey, nameKey), ne(agentArtifacts.organizationId, organizationId));
  const registeredId = sql<PluginRowId>`(select ${agentArtifacts.id} from ${agentArtifacts} where ${sameVersion})`;
  const registered = { name, version, checksum: `sha256:${checksum}`, verification: row.verification };
  const isNameFree = sql`not exists (select 1 from ${agentArtifacts} where ${foreign})`;
  const quarantines = selectQuarantine(deps, { sha256: checksum, uploadSha256: checksum, filesSha256: null });
  const isAllowed = and(isNameFree, notExists(quarantines)) ?? isNameFree;
  const inserted = insertWhere(db, agentArtifacts, row, isAllowed, sql`on conflict do nothing`);
  const event = { ...verificationEvent(row, registeredBy), type: 'agent_plugin.registered' as const, data: registered };
  const after = await writeAndRead(db, [inserted, record(deps, event, previousChanged)], {
    moved: db
      .update(agentArtifacts)
      .set({
        artifactUrl,
        updatedAt: registeredAt,
        ...(isVerifiable(checksum) ? pendingVerification(registeredAt) : {}),
      })
      .where(and(sameVersion, eq(agentArtifacts.organizationId, organizationId), differsOnlyInUrl(row, given)))
      .returning({ id: agentArtifacts.id }),
    movedEvent: record(
      deps,
      {
        ...verificationEvent({ id: registeredId, organizationId }, registeredBy),
        type: 'agent_plugin.moved',
        data: { name, version },
      },
      previousChanged,
    ),
    artifacts: db.select().from(agentArtifacts).where(sameVersion),
    foreign: db.select().from(agentArtifacts).where(foreign).limit(1),
    quarantines,
  });
  const [artifact] = after.artifacts;
  const [same] = after.quarantines;
  if (!artifact && same?.quarantined)
    throw new Problem('quarantined', quarantineMessage(`sha256:${checksum}`, same.quarantined));
  if (after.foreign.length > 0 || !artifact) throw nameTaken(name);
  return { artifact, moved: after.moved.length > 0 };
}

/** SQL: the registration differs from the stored one only in its URL. Ignores fields that the request omits. */
function differsOnlyInUrl({ checksum, pluginType, artifactUrl }: NewArtifact, given: Registration): SQL | undefined {
  return and(
    eq(agentArtifacts.checksum, checksum),
    eq(agentArtifacts.pluginType, pluginType),
    ne(agentArtifacts.artifactUrl, artifactUrl),
    given.configSchema === undefined ? undefined : eq(agentArtifacts.configSchema, given.configSchema),
    given.pluginRuntime === undefined ? undefined : eq(agentArtifacts.pluginRuntime, given.pluginRuntime),
    isNull(agentArtifacts.yankedAt),
  );
}

function isVerifiedOrPending({ verification }: AgentArtifact): boolean {
  return verification === 'verified' || verification === 'pending';
}

type NewArtifact = ReturnType<typeof newArtifactRow>;

function newArtifactRow({ ids, clock }: Pick<Deps, 'ids' | 'clock'>, actor: Actor, given: Registration) {
  const now = clock.now();
  const { configSchema = '{}', pluginRuntime = unknownRuntime, ...fields } = given;
  return {
    ...fields,
    configSchema,
    pluginRuntime,
    ...pendingVerification(now),
    ...(isVerifiable(given.checksum) ? {} : { verification: 'unverifiable' as const, nextCheckAt: null }),
    id: ids('plugin'),
    organizationId: actor.organizationId,
    nameKey: agentNameKey(given.name),
    mirrored: false,
    description: null,
    labels: {},
    deprecation: null,
    lastFetchedAt: null,
    registeredBy: actor.ref,
    registeredAt: now,
    updatedAt: now,
  };
}

function invalidField(field: string, type: FieldCode, message: string): Problem {
  return new Problem('invalid-request', `${field} ${message}`, { fields: [{ path: ['body', field], message, type }] });
}

function nameTaken(name: string): Problem {
  return new Problem('name-taken', `The name ${name} belongs to another organization`, { details: { name } });
}

/** Throws if the version is yanked or registered with different content. Ignores fields that the request omits. */
function requireSameContent(artifact: AgentArtifact, given: Registration): void {
  const { name, version } = artifact;
  if (artifact.yankedAt !== null)
    throw new Problem('version-conflict', `${name} ${version} was yanked, so the version cannot be registered again`, {
      details: { name, version },
    });
  const pairs = [
    ['checksum', `sha256:${artifact.checksum}`, `sha256:${given.checksum}`],
    ['pluginType', artifact.pluginType, given.pluginType],
    ['configSchema', artifact.configSchema, given.configSchema ?? artifact.configSchema],
    ['pluginRuntime', artifact.pluginRuntime, given.pluginRuntime ?? artifact.pluginRuntime],
  ] as const;
  const differing = pairs.filter(([, registered, sent]) => registered !== sent);
  if (differing.length === 0) return;
  const differences = differing.map(([field, registered, sent]) => `${field} ${registered}, not ${sent}`.slice(0, 400));
  throw new Problem('version-conflict', `${name} ${version} is already registered with ${differences.join('; ')}`, {
    details: {
      registered: Object.fromEntries(differing.map(([field, registered]) => [field, registered])),
      given: Object.fromEntries(differing.map(([field, , sent]) => [field, sent])),
    },
  });
}

/** Yanks a version. It stays readable but can't be registered again. Yanking it again changes nothing, not even the reason. */
export async function yankAgentPlugin(
  deps: Deps,
  actor: Actor,
  id: PluginRowId,
  { force, reason }: { force: boolean; reason: string | null },
): Promise<void> {
  const artifact = await ownAgentPlugin(deps, actor, id);
  const now = deps.clock.now();
  const { lastFetchedAt, name, version } = artifact;
  if (!force && artifact.yankedAt === null && lastFetchedAt !== null && lastFetchedAt >= now - artifactFetch.inUseMs)
    throw new Problem('in-use', `${name} ${version} is in use: its artifact was requested at ${iso(lastFetchedAt)}`, {
      details: { id },
    });
  await deps.db.batch([
    deps.db
      .update(agentArtifacts)
      .set({ ...released, yankedAt: now, yankReason: reason, nextCheckAt: null, updatedAt: now })
      .where(and(eq(agentArtifacts.id, id), isNull(agentArtifacts.yankedAt))),
    record(
      deps,
      { ...verificationEvent(artifact, actor.ref), type: 'agent_plugin.yanked', data: { reason } },
      previousChanged,
    ),
  ]);
}

/** Offers a yanked version again, and verifies its artifact again, whose copy may be gone. Does nothing if it isn't yanked. */
async function unyankAgentPlugin(deps: Deps, actor: Actor, artifact: AgentArtifact): Promise<AgentArtifact> {
  const { checksum, id, yankedAt } = artifact;
  if (yankedAt === null) return artifact;
  const now = deps.clock.now();
  const verification = isVerifiable(checksum) ? pendingVerification(now) : {};
  const [changed] = await deps.db.batch([
    deps.db
      .update(agentArtifacts)
      .set({ ...verification, yankedAt: null, yankReason: null, updatedAt: now })
      .where(and(eq(agentArtifacts.id, id), isNotNull(agentArtifacts.yankedAt)))
      .returning(),
    record(deps, { ...verificationEvent(artifact, actor.ref), type: 'agent_plugin.unyanked' }, previousChanged),
  ]);
  if (isVerifiable(checksum)) enqueueVerification(deps, id);
  return changed[0] ?? artifact;
}

/** Changes the given fields. A request that changes nothing records no event. */
export async function describeAgentPlugin(
  deps: Deps,
  actor: Actor,
  id: PluginRowId,
  notes: Notes,
): Promise<AgentArtifact> {
  const before = await ownAgentPlugin(deps, actor, id);
  const artifact = notes.yanked === false ? await unyankAgentPlugin(deps, actor, before) : before;
  const {
    description = artifact.description,
    labels = artifact.labels ?? {},
    deprecation = artifact.deprecation,
  } = notes;
  const changed = { description, labels, deprecation };
  const stored = { description: artifact.description, labels: artifact.labels, deprecation: artifact.deprecation };
  if (canonicalJson(changed) === canonicalJson(stored)) return artifact;
  const updatedAt = deps.clock.now();
  await deps.db.batch([
    deps.db
      .update(agentArtifacts)
      .set({ ...changed, updatedAt })
      .where(eq(agentArtifacts.id, id)),
    record(deps, { ...verificationEvent(artifact, actor.ref), type: 'agent_plugin.described' }, previousChanged),
  ]);
  return { ...artifact, ...changed, updatedAt };
}

/** Restarts the verification. Leaves a yanked or unverifiable version unchanged. */
export async function verifyAgentPluginAgain(deps: Deps, actor: Actor, id: PluginRowId): Promise<AgentArtifact> {
  return requestVerification(deps, await ownAgentPlugin(deps, actor, id), actor.ref);
}

/**
 * Returns a plugin for a change. For another organization's plugin, throws forbidden instead of not-found, because every key can read
 * it.
 */
async function ownAgentPlugin(deps: Pick<Deps, 'db'>, actor: Actor, id: PluginRowId): Promise<AgentArtifact> {
  requireScope(actor, 'plugins:write');
  requireOrganizationKey(actor);
  const artifact = await findAgentPlugin(deps, id);
  if (artifact.organizationId === actor.organizationId) return artifact;
  throw new Problem('forbidden', `The name ${artifact.name} belongs to another organization`);
}

export async function findAgentPlugin({ db }: Pick<Deps, 'db'>, id: PluginRowId): Promise<AgentArtifact> {
  const [artifact] = await db.select().from(agentArtifacts).where(eq(agentArtifacts.id, id)).limit(1);
  if (!artifact) throw notFound('plugin', id);
  return artifact;
}

export function readConfigSchema(text: string): ReadSchema | { refused: string } {
  const root = parsed(text);
  const { problems, schema } = root === undefined ? readSchema(null) : readSchema(root);
  if (schema) return schema;
  const [problem] = problems.filter(({ kind }) => kind !== 'unknown');
  const place = problem && problem.path.length > 0 ? `${['#', ...problem.path].join('/')} ` : '';
  return { refused: `${place}${problem?.message}` };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
