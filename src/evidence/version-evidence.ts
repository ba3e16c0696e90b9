// Reads what Slipway signed about a version, and what its SBOM lists. Each read takes one D1 round trip, unless something is still to be
// signed.
import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { ownerNamespace, requireOwner, selectOwner } from '../access/owners.ts';
import { type Envelope, type EvidenceType, envelopeSchema } from '../contract/evidence.ts';
import type { VersionId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import { pluginLocks } from '../db/schema/environments.ts';
import { evidence, signingKeys } from '../db/schema/evidence.ts';
import { models } from '../db/schema/models.ts';
import { type OwnerId, plugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { isRef, newestOf } from '../registry/diff/installed-diff.ts';
import { absentPlugin } from '../registry/go/absent-plugin.ts';
import { type GoKind, homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../registry/go/installs.ts';
import { type PluginVersion, parseVersionKey, requireVersion } from '../registry/versions/versions.ts';
import { selectVisibleVersion, visibleVersionId } from '../registry/versions/visible-versions.ts';
import { signAgain } from './envelope.ts';
import { type EvidenceDeps, ensureEvidence } from './evidence.ts';
import type { Parts } from './sbom.ts';
import { currentSigner, selectCurrentKey } from './signing-keys.ts';

/** An extractor's version, or a Go plugin's: the installed one if no ref or commit is given. */
export type Subject = { ownerId: OwnerId; slug: string } | { kind: GoKind; name: string; ref: string | undefined };

type Db = Deps['db'];

/** How a subject's version is found in a batch, and what to throw if the actor can't see it. */
interface Located {
  id: SQL<VersionId>;
  /** The namespace whose models the version reads. Null for an organization's plugins, which have none. */
  namespaceId: SQL | null;
  select: ReturnType<typeof selectVisibleVersion>;
  access: ReturnType<typeof selectOwner> | ReturnType<typeof selectHomeNamespace>;
  require(found: { access: { id: OwnerId }[]; versions: PluginVersion[] }): Promise<PluginVersion>;
}

function locate(db: Db, actor: Actor, subject: Subject): Located {
  requireScope(actor, 'plugins:read');
  return 'slug' in subject ? locateExtractor(db, actor, subject) : locateInstalled(db, actor, subject);
}

function locateExtractor(db: Db, actor: Actor, { ownerId, slug }: Extract<Subject, { slug: string }>): Located {
  const key = parseVersionKey(ownerId, slug);
  const namespaceId = ownerNamespace(ownerId);
  return {
    id: visibleVersionId(key),
    namespaceId: namespaceId === null ? null : sql`${namespaceId}`,
    select: selectVisibleVersion(db, key),
    access: selectOwner(db, actor, ownerId),
    require: async ({ access, versions }) => {
      requireOwner(access, ownerId);
      return requireVersion(versions, slug);
    },
  };
}

function locateInstalled(db: Db, actor: Actor, { kind, name, ref }: Extract<Subject, { kind: GoKind }>): Located {
  const ownerId = homeNamespaceId(actor);
  const isNamed = and(sql`${plugins.ownerId} = ${ownerId}`, eq(plugins.kind, kind), eq(plugins.name, name));
  const active = sql<VersionId>`(select ${plugins.activeVersionId} from ${plugins} where ${isNamed})`;
  const id = ref === undefined ? active : newestOf(db, isNamed, isRef(ref));
  return {
    id,
    namespaceId: null,
    select: db.select().from(pluginVersions).where(eq(pluginVersions.id, id)),
    access: selectHomeNamespace(db, actor),
    require: async ({ access, versions }) => {
      const home = access.flatMap((row) => ownerNamespace(row.id) ?? []).map((namespaceId) => ({ id: namespaceId }));
      requireHomeNamespace(home, actor);
      const [version] = versions;
      if (!version) throw await absentPlugin({ db }, { ownerId, kind, name });
      return version;
    },
  };
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
  const located = locate(db, actor, subject);
  const found = await readTogether(db, {
    access: located.access,
    versions: located.select,
    signed: selectSigned(db, located.id),
    keys: selectCurrentKey(db),
  });
  const version = await located.require(found);
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
  const { id, namespaceId, ...located } = locate(db, actor, subject);
  const named = sql`(select value from ${pluginVersions}, json_each(${pluginVersions.manifest}, '$.models') where ${pluginVersions.id} = ${id})`;
  const found = await readTogether(db, {
    access: located.access,
    versions: located.select,
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
  return { version: await located.require(found), lock: found.locks[0], models: found.models };
}
