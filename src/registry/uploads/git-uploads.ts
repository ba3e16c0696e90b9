// Opens uploads that Slipway fetches from Git itself, and records the fetched source. Such an upload is in progress from the start; it
// is evaluated and accepted like any other. manifest.py declares its name and version.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { formatOwner, ownerNamespace } from '../../access/owners.ts';
import type { ActorRef } from '../../contract/actor.ts';
import type { InstallError } from '../../contract/builder/go-plugins.ts';
import type { GitSource } from '../../contract/builder/sources.ts';
import { sweepGraceMs, sweepLimits } from '../../contract/limits/leases.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import type { Version } from '../../contract/plugin/manifest.ts';
import type { OrganizationId, UploadId } from '../../core/ids.ts';
import { invalidField } from '../../core/problem.ts';
import { keptTrace } from '../../core/trace-context.ts';
import { insertWhere, previousChanged, type Statement, writeAndRead } from '../../db/client.ts';
import { released } from '../../db/lease.ts';
import { type OwnerId, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { type Content, hasContent } from '../versions/offered.ts';
import { matchesVersion, type PluginVersion } from '../versions/versions.ts';
import { type Claim, type EnqueuedUpload, holdsLease, type Upload, uploadKey } from './uploads.ts';

export interface GitPublication {
  repository: string;
  ref: string;
  path: string | undefined;
  /** Plugin name that manifest.py must declare; undefined to allow any. */
  name?: string;
  message: string | null;
  /** Whether to deploy the version in its namespace after publication. */
  deploy: boolean;
  /** Whether approval deploys the version, if it waits for one. Defaults to `deploy`. */
  deployApproved?: boolean;
  /** Whether the version waits for approval even if nothing demands it. */
  stage?: boolean;
  /** How the name gets to the deployed version. Defaults to what the plugin or the namespace says. */
  release?: Upload['release'];
}

/** Checks that the actor may publish from Git here. The insert checks whether the actor can see the owner. */
export function requireGitPublisher(
  actor: Actor,
  ownerId: OwnerId,
  { deploy, name }: Pick<GitPublication, 'deploy' | 'name'>,
): void {
  requireScope(actor, 'plugins:write', name);
  if (deploy) requireScope(actor, 'plugins:deploy', name);
  if (deploy && ownerNamespace(ownerId) === null) {
    const message = `A plugin of ${formatOwner(ownerId)} is deployed in the namespaces that enable it. Leave out \`deploy\`, then enable and deploy it there.`;
    throw invalidField('deploy', message, 'no_namespace');
  }
}

interface Publisher {
  organizationId: OrganizationId;
  ownerId: OwnerId;
  actor: ActorRef;
}

/**
 * Opens an upload for a Git source and enqueues it. The caller sends the message, or does the work itself. `also` adds statements to
 * the batch that run after the upload's insert. Returns undefined if `condition` is false.
 */
export async function openGitUpload(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'trace'>,
  { organizationId, ownerId, actor }: Publisher,
  {
    repository,
    ref,
    path,
    name,
    message,
    deploy,
    deployApproved = deploy,
    stage = false,
    release = null,
  }: GitPublication,
  { condition = sql`true`, also = () => [] }: { condition?: SQL; also?: (id: UploadId) => Statement[] } = {},
): Promise<EnqueuedUpload | undefined> {
  const { db, ids, clock } = deps;
  const now = clock.now();
  const id = ids('upload');
  const placeholder = name ?? placeholderName(repository, path);
  const row = {
    id,
    organizationId,
    ownerId,
    kind: 'extractor' as const,
    name: placeholder,
    major: 0,
    minor: 0,
    patch: 0,
    versionChosenByServer: false,
    message,
    source: { repository, ref, commit: null, ...(path === undefined ? {} : { path }), named: name !== undefined },
    toDeploy: deploy || null,
    deployApproved,
    toStage: stage,
    release,
    status: 'confirming' as const,
    attempts: 0,
    expiresAt: now + uploadLimits.installMs,
    traceparent: keptTrace(deps.trace),
    createdBy: actor,
    createdAt: now,
    updatedAt: now,
  };
  const event = { organizationId, namespaceId: ownerNamespace(ownerId), actor, subjectId: id };
  const advance = outboxMessage(deps, 'scans', { v: 1, type: 'advance-upload', id });
  const { created } = await writeAndRead(
    db,
    [
      insertWhere(db, uploads, row, condition),
      record(deps, { ...event, type: 'upload.created', data: { name: placeholder } }, previousChanged),
      enqueue(deps, advance, previousChanged),
      ...also(id),
    ],
    { created: db.select().from(uploads).where(eq(uploads.id, id)) },
  );
  const [upload] = created;
  return upload && { upload, message: advance };
}

/** Returns a placeholder until manifest.py is read. No plugin can have this name, because it contains a slash. */
function placeholderName(repository: string, path: string | undefined): string {
  const place = repository.replace(/^https?:\/\//, '').replace(/\.git$/, '');
  return `${place}/${path ?? ''}`.slice(0, 200);
}

/** Records the fetched commit, and the name and version from manifest.py. */
export async function recordGitSource(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  claim: Claim,
  declared: { source: GitSource; name: string; version: Version },
): Promise<Claim> {
  const { source, name, version } = declared;
  await db
    .update(uploads)
    .set({ source, name, ...version, updatedAt: clock.now() })
    .where(holdsLease(claim));
  return { ...claim, upload: { ...claim.upload, source, name, ...version } };
}

/** Ends the upload as the published version with the same number and content, if there is one. */
export async function endAsPublished(
  deps: Pick<Deps, 'db' | 'blobs' | 'clock' | 'ids' | 'defer'>,
  claim: Claim,
  content: Content,
): Promise<{ upload: Upload; version: PluginVersion } | undefined> {
  const { db, clock } = deps;
  const { upload } = claim;
  const { id, organizationId, ownerId, kind, name, createdBy } = upload;
  const isSame = and(matchesVersion({ ownerId, kind, name, version: upload }), hasContent(content));
  const same = sql<PluginVersion['id']>`(select ${pluginVersions.id} from ${pluginVersions} where ${isSame})`;
  const event = { organizationId, namespaceId: ownerNamespace(ownerId), actor: createdBy, subjectId: id };
  const ended = await writeAndRead(
    db,
    [
      db
        .update(uploads)
        .set({ ...released, status: 'accepted', versionId: same, findings: [], updatedAt: clock.now() })
        .where(and(holdsLease(claim), sql`${same} is not null`)),
      record(
        deps,
        { ...event, type: 'upload.unchanged', data: sql`json_object('version_id', ${same})` },
        previousChanged,
      ),
    ],
    {
      uploads: db
        .select()
        .from(uploads)
        .where(and(eq(uploads.id, id), eq(uploads.status, 'accepted'))),
      versions: db.select().from(pluginVersions).where(isSame),
    },
  );
  const [accepted] = ended.uploads;
  const [version] = ended.versions;
  if (!accepted || !version) return undefined;
  deps.defer(deps.blobs.delete(uploadKey(id)));
  return { upload: accepted, version };
}

/** Records that a published upload's deployment was requested, or why it was refused. */
export async function recordDeploymentRequest(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { id }: Pick<Upload, 'id'>,
  refusal: InstallError | null,
): Promise<void> {
  await db
    .update(uploads)
    .set({ toDeploy: null, refusal, updatedAt: clock.now() })
    .where(and(eq(uploads.id, id), eq(uploads.toDeploy, true)));
}

/**
 * Selects published uploads whose deployment was not requested because a worker died. Names the index, because SQLite would otherwise
 * use the status index and read every upload ever accepted.
 */
export function selectUndeployed({ clock }: Pick<Deps, 'clock'>): SQL<{ id: UploadId }> {
  return sql`select ${uploads.id} as id from ${uploads} indexed by uploads_to_deploy
    where ${uploads.toDeploy} and ${uploads.status} = 'accepted' and ${uploads.updatedAt} < ${clock.now() - sweepGraceMs}
    order by ${uploads.updatedAt} limit ${sweepLimits.pickedFrom}`;
}

/** Selects an accepted upload with its version, if the version still exists. */
export function selectPublished(db: Deps['db'], id: UploadId) {
  return db
    .select({ upload: uploads, version: pluginVersions })
    .from(uploads)
    .innerJoin(pluginVersions, and(eq(pluginVersions.id, uploads.versionId), isNull(pluginVersions.deletedAt)))
    .where(eq(uploads.id, id));
}
