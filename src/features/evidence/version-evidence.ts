// Reads what Slipway signed about a version, and what its SBOM lists. Each read takes one D1 round trip, unless something is still to be
// signed.
import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { ownerNamespace, requireOwner, selectOwner } from '../../access/owners.ts';
import { type Envelope, type EvidenceType, envelopeSchema } from '../../contract/features/evidence/evidence.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { VersionId } from '../../core/ids.ts';
import { readTogether } from '../../db/client.ts';
import { pluginLocks } from '../../db/schema/environments.ts';
import { models } from '../../db/schema/models.ts';
import { type OwnerId, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type PluginVersion, parseVersionKey, requireVersion } from '../../registry/versions/versions.ts';
import { selectVisibleVersion, visibleVersionId } from '../../registry/versions/visible-versions.ts';
import { signAgain } from './envelope.ts';
import { type EvidenceDeps, ensureEvidence } from './evidence.ts';
import type { Parts } from './sbom.ts';
import { currentSigner, selectCurrentKey } from './signing-keys.ts';
import { evidence, signingKeys } from './tables.ts';

/** The version whose evidence is read. */
export interface Subject {
  ownerId: OwnerId;
  slug: string;
  kind: PluginKind;
}

type Db = Deps['db'];

function locate(db: Db, actor: Actor, { ownerId, slug, kind }: Subject) {
  requireScope(actor, 'plugins:read');
  const key = parseVersionKey(ownerId, slug, kind);
  return {
    id: visibleVersionId(key),
    access: selectOwner(db, actor, ownerId),
    versions: selectVisibleVersion(db, key),
  };
}

function requireFound(found: { access: { id: OwnerId }[]; versions: PluginVersion[] }, { ownerId, slug }: Subject) {
  requireOwner(found.access, ownerId);
  return requireVersion(found.versions, slug);
}

export interface SignedEvidence {
  type: EvidenceType;
  createdAt: number;
  envelope: Envelope;
}

/**
 * Returns what was signed about the version, oldest first, after signing what is missing. What a revoked key signed is signed again with
 * the current key: that Slipway stores it is what vouches for it.
 */
export async function readEvidence(
  deps: EvidenceDeps,
  actor: Actor,
  subject: Subject,
): Promise<{ version: PluginVersion; signed: SignedEvidence[] }> {
  const { db } = deps;
  const { id, ...located } = locate(db, actor, subject);
  const found = await readTogether(db, {
    ...located,
    signed: selectSigned(db, id),
    keys: selectCurrentKey(db),
  });
  const version = requireFound(found, subject);
  if (version.evidenceAt === null) {
    await ensureEvidence(deps, version.id);
    found.signed = await selectSigned(db, version.id);
  }
  const signed = found.signed.map(async ({ envelope: text, isRevoked, ...row }) => {
    const envelope = envelopeSchema.parse(JSON.parse(text));
    return {
      ...row,
      envelope: isRevoked ? await signAgain(await currentSigner(deps, found.keys), envelope) : envelope,
    };
  });
  return { version, signed: await Promise.all(signed) };
}

function selectSigned(db: Db, id: VersionId | SQL<VersionId>) {
  const isRevoked = sql`exists (select 1 from ${signingKeys} where ${signingKeys.id} = ${evidence.keyId} and ${signingKeys.revokedAt} is not null)`;
  return db
    .select({
      type: evidence.type,
      createdAt: evidence.createdAt,
      envelope: evidence.envelope,
      isRevoked: isRevoked.mapWith(Boolean),
    })
    .from(evidence)
    .where(eq(evidence.versionId, id))
    .orderBy(asc(evidence.createdAt), asc(evidence.type));
}

export async function readParts(deps: Pick<Deps, 'db'>, actor: Actor, subject: Subject): Promise<Parts> {
  const { db } = deps;
  const { id, ...located } = locate(db, actor, subject);
  // An organization's plugins read no models.
  const namespaceId = ownerNamespace(subject.ownerId);
  const named = sql`(select value from ${pluginVersions}, json_each(${pluginVersions.manifest}, '$.models') where ${pluginVersions.id} = ${id})`;
  const found = await readTogether(db, {
    ...located,
    locks: db
      .select({ digest: pluginLocks.digest, text: pluginLocks.text })
      .from(pluginLocks)
      .where(eq(pluginLocks.versionId, id)),
    models: db
      .select({ name: models.name, sha256: models.sha256 })
      .from(models)
      .where(and(sql`${models.namespaceId} = ${namespaceId}`, sql`${models.name} in ${named}`))
      .orderBy(asc(models.name)),
  });
  return { version: requireFound(found, subject), lock: found.locks[0], models: found.models };
}
