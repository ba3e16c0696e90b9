// Opens a push's upload: an update of the installed Go plugin, or an extractor from Git. The batch that opens it also writes the upload
// ID to the push, so that a push has only one upload even if a worker dies.
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { GoKind } from '../../contract/plugin/go-kinds.ts';
import type { UploadId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { plugins, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { installedVersion } from '../../registry/go/installed-plugins.ts';
import { openInstall } from '../../registry/go/installs.ts';
import { openGitUpload } from '../../registry/uploads/git-uploads.ts';
import type { Upload } from '../../registry/uploads/uploads.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import type { Run } from './push-outcomes.ts';
import { hookActor } from './push-statements.ts';
import { pushes } from './tables.ts';

/** Returns the upload's ID. Throws a Problem if the plugin was deleted, or the builder can't fetch or build. */
export async function openPublication(deps: Deps, run: Run): Promise<UploadId> {
  const { kind } = run.hook;
  const { sources, builds } = await deps.builder.capabilities();
  if (!sources.available) throw new Problem('capability-missing', sources.reason);
  if (kind === 'extractor') return openExtractor(deps, run);
  if (!builds.available) throw new Problem('capability-missing', builds.reason);
  if (kind === 'agent') throw new Error('agent plugins have no hooks');
  return openGoPlugin(deps, run, kind);
}

async function openExtractor(deps: Deps, run: Run): Promise<UploadId> {
  const { hook, push } = run;
  const { organizationId, ownerId, path, pluginId, pluginName, repository } = hook;
  const exists = sql`exists (select 1 from ${plugins} where ${and(eq(plugins.id, pluginId), isNotNull(plugins.activeVersionId))})`;
  const publication = {
    repository,
    ref: push.ref ?? '',
    path: path ?? undefined,
    name: pluginName,
    message: null,
    deploy: false,
    deployApproved: hook.action === 'update',
    release: hook.release,
  };
  const publisher = { organizationId, ownerId, actor: hookActor(hook) };
  const opened = await openGitUpload(deps, publisher, publication, {
    condition: exists,
    also: (id) => [linkUpload(deps, run, id)],
  });
  if (!opened) throw pluginGone(run);
  return opened.upload.id;
}

async function openGoPlugin(deps: Deps, run: Run, kind: GoKind): Promise<UploadId> {
  const { hook, push } = run;
  const { ownerId, organizationId, path, pluginName: name, repository } = hook;
  const installed = await installedVersion(deps, { ownerId, kind, name });
  if (!installed) throw pluginGone(run);
  const source = { repository, ref: push.ref ?? '', commit: null, named: true, ...(path === null ? {} : { path }) };
  const { description, ownerId: installedIn } = installed;
  const { release } = hook;
  const install = { kind, name, source, description, release, ownerId: installedIn, of: 'known' as const };
  const actor = { organizationId, ref: hookActor(hook) };
  const { upload } = await openInstall(deps, actor, install, (id) => [linkUpload(deps, run, id)]);
  return upload.id;
}

/** Builds the statement that writes the upload's ID to the push, if the batch opened the upload. */
function linkUpload({ db, clock }: Deps, { push }: Run, id: UploadId) {
  const opened = sql`exists (select 1 from ${uploads} where ${uploads.id} = ${id})`;
  return db
    .update(pushes)
    .set({ uploadId: id, updatedAt: clock.now() })
    .where(and(eq(pushes.id, push.id), eq(pushes.status, 'running'), isNull(pushes.uploadId), opened));
}

function pluginGone({ hook }: Run): Problem {
  return new Problem('not-found', `${hook.pluginName} no longer exists. Publish it once, then push again.`);
}

/** Returns the version for an install that ended early because its commit was already installed. */
export async function publishedVersion(deps: Deps, upload: Upload): Promise<PluginVersion | undefined> {
  const installed = await installedVersion(deps, upload);
  return installed?.source?.commit === upload.source?.commit ? installed : undefined;
}

/** Returns the active version of the hook's plugin. */
export async function activeVersion({ db }: Deps, { hook }: Run): Promise<PluginVersion | undefined> {
  const active = sql`(select ${plugins.activeVersionId} from ${plugins} where ${plugins.id} = ${hook.pluginId})`;
  const [version] = await db
    .select()
    .from(pluginVersions)
    .where(and(eq(pluginVersions.id, active), isNull(pluginVersions.deletedAt)));
  return version;
}
