// The registry of agent plugins: one for the installation. Every key reads it; a name belongs to the organization that registered
// it first (D21). A version is registered once and for all, and stays taken when it is withdrawn.
import { and, eq, isNull, ne, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireOrganizationKey } from '../../access/owners.ts';
import { type FieldCode, type Notes, nameKeyOf, type Registration, unknownRuntime } from '../../contract/agents.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { iso } from '../../core/clock.ts';
import { parseExternalUrl } from '../../core/external-url.ts';
import type { PluginRowId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged } from '../../db/client.ts';
import { agentArtifacts } from '../../db/schema/agents.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { readConfigSchema } from './config-schema.ts';
import {
  type AgentArtifact,
  enqueueVerification,
  eventOf,
  isVerifiable,
  pendingVerification,
  requestVerification,
} from './verification.ts';

export interface RegistrationResult {
  artifact: AgentArtifact;
  result: 'created' | 'updated' | 'unchanged';
}

/** When it is verified in the request, the queue comes later: it finds something to do only if that was cut off. */
const afterRequestSeconds = 30;

/**
 * One batch decides: a new row, another URL for the row that says the same otherwise, or nothing. So repeats are safe, and of two
 * that race one is first (agent contract §6). 409 for what is registered otherwise, withdrawn, or under another's name.
 */
export async function registerAgentPlugin(
  deps: Deps,
  actor: Actor,
  given: Registration,
  { verified }: { verified: boolean },
): Promise<RegistrationResult> {
  requireScope(actor, 'plugins:write');
  requireOrganizationKey(actor);
  requireAcceptable(deps, given, verified);
  const row = newArtifactRow(deps, actor, given);
  const { artifact, moved } = await writeRegistration(deps, row, given);
  requireSameContent(artifact, given);
  const result = artifact.id === row.id ? 'created' : moved ? 'updated' : 'unchanged';
  if (result === 'unchanged' && verified && !isVerifiedOrPending(artifact))
    return { artifact: await requestVerification(deps, artifact, actor.ref), result };
  if (result !== 'unchanged' && artifact.verification === 'pending')
    enqueueVerification(deps, artifact.id, verified ? afterRequestSeconds : 0);
  return { artifact, result };
}

function requireAcceptable(deps: Pick<Deps, 'allowLoopback'>, given: Registration, verified: boolean): void {
  const url = parseExternalUrl(given.artifactUrl, deps);
  if ('refused' in url) throw invalidField('artifactUrl', 'invalid_artifact_url', `is refused: ${url.refused}`);
  if (verified && !isVerifiable(given.checksum))
    throw invalidField('checksum', 'invalid_checksum', 'must have 64 hexadecimal digits to be verified');
  if (given.configSchema === undefined) return;
  const read = readConfigSchema(given.configSchema);
  if ('refused' in read) throw invalidField('configSchema', 'invalid_config_schema', read.refused);
}

/** What is registered under the name and version from then on, whoever it was that wrote it. */
async function writeRegistration(
  deps: Deps,
  row: NewArtifact,
  given: Registration,
): Promise<{ artifact: AgentArtifact; moved: boolean }> {
  const { db } = deps;
  const { name, nameKey, version, organizationId, checksum, artifactUrl, registeredBy, registeredAt } = row;
  const sameVersion = and(eq(agentArtifacts.nameKey, nameKey), eq(agentArtifacts.version, version));
  const anothers = and(eq(agentArtifacts.nameKey, nameKey), ne(agentArtifacts.organizationId, organizationId));
  const knownId = sql<PluginRowId>`(select ${agentArtifacts.id} from ${agentArtifacts} where ${sameVersion})`;
  const registered = { name, version, checksum: `sha256:${checksum}`, verification: row.verification };
  const [, , moved, , [artifact], [taken]] = await db.batch([
    insertWhere(
      db,
      agentArtifacts,
      row,
      sql`not exists (select 1 from ${agentArtifacts} where ${anothers})`,
      sql`on conflict do nothing`,
    ),
    record(deps, { ...eventOf(row, registeredBy), type: 'agent_plugin.registered', data: registered }, previousChanged),
    db
      .update(agentArtifacts)
      .set({
        artifactUrl,
        updatedAt: registeredAt,
        ...(isVerifiable(checksum) ? pendingVerification(registeredAt) : {}),
      })
      .where(and(sameVersion, eq(agentArtifacts.organizationId, organizationId), isSameElsewhere(row, given)))
      .returning({ id: agentArtifacts.id }),
    record(
      deps,
      {
        ...eventOf({ id: knownId, organizationId }, registeredBy),
        type: 'agent_plugin.moved',
        data: { name, version },
      },
      previousChanged,
    ),
    db.select().from(agentArtifacts).where(sameVersion),
    db.select().from(agentArtifacts).where(anothers).limit(1),
  ]);
  if (taken || !artifact) throw nameTaken(name);
  return { artifact, moved: moved.length > 0 };
}

/** SQL: it is registered as given but for its URL. What was left out is as it was. */
function isSameElsewhere({ checksum, pluginType, artifactUrl }: NewArtifact, given: Registration): SQL | undefined {
  return and(
    eq(agentArtifacts.checksum, checksum),
    eq(agentArtifacts.pluginType, pluginType),
    ne(agentArtifacts.artifactUrl, artifactUrl),
    given.configSchema === undefined ? undefined : eq(agentArtifacts.configSchema, given.configSchema),
    given.pluginRuntime === undefined ? undefined : eq(agentArtifacts.pluginRuntime, given.pluginRuntime),
    isNull(agentArtifacts.yankedAt),
  );
}

/** It is verified, or being verified. */
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
    nameKey: nameKeyOf(given.name),
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

/** What was left out is as it was. */
function requireSameContent(artifact: AgentArtifact, given: Registration): void {
  const { name, version } = artifact;
  if (artifact.yankedAt !== null)
    throw new Problem('version-conflict', `${name} ${version} was withdrawn, and its version stays taken`, {
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
  const words = differing.map(([field, registered, sent]) => `${field} ${registered}, not ${sent}`.slice(0, 400));
  throw new Problem('version-conflict', `${name} ${version} is registered with ${words.join('; ')}`, {
    details: {
      registered: Object.fromEntries(differing.map(([field, registered]) => [field, registered])),
      given: Object.fromEntries(differing.map(([field, , sent]) => [field, sent])),
    },
  });
}

/** Who asked for an artifact has it in use for so long. */
const inUseMs = 24 * 3600 * 1000;

/** Withdrawn: it stays readable, and its version taken. Saying it twice changes nothing. */
export async function yankAgentPlugin(
  deps: Deps,
  actor: Actor,
  id: PluginRowId,
  { force }: { force: boolean },
): Promise<void> {
  const artifact = await ownAgentPlugin(deps, actor, id);
  const now = deps.clock.now();
  const { lastFetchedAt, name, version } = artifact;
  if (!force && artifact.yankedAt === null && lastFetchedAt !== null && lastFetchedAt >= now - inUseMs)
    throw new Problem('in-use', `${name} ${version} is in use: its artifact was fetched at ${iso(lastFetchedAt)}`, {
      details: { id },
    });
  await deps.db.batch([
    deps.db
      .update(agentArtifacts)
      .set({ yankedAt: now, nextCheckAt: null, leaseToken: null, leaseUntil: null, updatedAt: now })
      .where(and(eq(agentArtifacts.id, id), isNull(agentArtifacts.yankedAt))),
    record(deps, { ...eventOf(artifact, actor.ref), type: 'agent_plugin.yanked' }, previousChanged),
  ]);
}

/** What is left out stays as it is; what says the same is no event. */
export async function describeAgentPlugin(
  deps: Deps,
  actor: Actor,
  id: PluginRowId,
  notes: Notes,
): Promise<AgentArtifact> {
  const artifact = await ownAgentPlugin(deps, actor, id);
  const {
    description = artifact.description,
    labels = artifact.labels ?? {},
    deprecation = artifact.deprecation,
  } = notes;
  const said = { description, labels, deprecation };
  const before = { description: artifact.description, labels: artifact.labels, deprecation: artifact.deprecation };
  if (canonicalJson(said) === canonicalJson(before)) return artifact;
  const updatedAt = deps.clock.now();
  await deps.db.batch([
    deps.db
      .update(agentArtifacts)
      .set({ ...said, updatedAt })
      .where(eq(agentArtifacts.id, id)),
    record(deps, { ...eventOf(artifact, actor.ref), type: 'agent_plugin.described' }, previousChanged),
  ]);
  return { ...artifact, ...said, updatedAt };
}

/** Whatever came of it before. One that is withdrawn or can't be verified stays as it is. */
export async function verifyAgentPluginAgain(deps: Deps, actor: Actor, id: PluginRowId): Promise<AgentArtifact> {
  return requestVerification(deps, await ownAgentPlugin(deps, actor, id), actor.ref);
}

/** To change it. That another organization's is there is no secret: everybody reads it. */
async function ownAgentPlugin(deps: Pick<Deps, 'db'>, actor: Actor, id: PluginRowId): Promise<AgentArtifact> {
  requireScope(actor, 'plugins:write');
  requireOrganizationKey(actor);
  const artifact = await findAgentPlugin(deps, id);
  if (artifact.organizationId === actor.organizationId) return artifact;
  throw new Problem('forbidden', `The name ${artifact.name} belongs to another organization`);
}

export async function findAgentPlugin({ db }: Pick<Deps, 'db'>, id: PluginRowId): Promise<AgentArtifact> {
  const artifact = await db.query.agentArtifacts.findFirst({ where: eq(agentArtifacts.id, id) });
  if (!artifact) throw notFound('plugin', id);
  return artifact;
}
