// Finds, starts and changes releases.
import type { CommandResult } from '../../command/context.ts';
import type { Connection } from '../../connection/connect.ts';
import type { Kind } from '../../plugins/categories.ts';
import { requireConfirmation } from '../../terminal/confirmation.ts';
import { Failure } from '../../terminal/failure.ts';
import { formatRelease, type Release, type ReleaseInFull } from './format.ts';

export const releasesPath = '/v1/namespaces/{namespace_id}/releases';
const releasePath = `${releasesPath}/{release_id}` as const;

/** A plugin's name, which stands for its newest release, or a release's ID. */
export interface ReleaseRef {
  ref: string;
  kind: Kind | undefined;
}

export async function findRelease(connection: Connection, { kind, ref }: ReleaseRef): Promise<ReleaseInFull> {
  const namespace_id = await connection.namespaceId();
  const release_id = /^rel_[0-9a-z]{26}$/.test(ref) ? ref : await newestId(connection, { kind, ref });
  return connection.client.get(releasePath, { path: { namespace_id, release_id } });
}

/** A name has at most one active release, which is its newest. */
async function newestId({ client, namespaceId }: Connection, { kind, ref }: ReleaseRef): Promise<string> {
  const query = { plugin: ref, limit: 1, kind };
  const { results } = await client.get(releasesPath, { path: { namespace_id: await namespaceId() }, query });
  const [newest] = results;
  if (newest) return newest.id;
  throw new Failure('failed', `${ref} has no release`, {
    hint: `Start one with \`slipway releases start ${ref} VERSION\`.`,
  });
}

export type ChangeName = 'step' | 'pause' | 'resume' | 'revert' | 'cancel';

export interface ChangeOptions {
  reason?: string;
  yes?: true;
  kind?: Kind;
}

/** Changes that move calls ask first. */
const questions: Partial<Record<ChangeName, (release: Release | ReleaseInFull) => string>> = {
  step: ({ plugin, step, steps, to }) =>
    step + 1 === steps
      ? `Give ${to.version} all calls to ${plugin.name}`
      : `Go on from step ${step + 1} of ${steps} of the release of ${plugin.name} ${to.version}`,
  revert: ({ from, plugin }) => `Give all calls to ${plugin.name} back to ${from.version}`,
  cancel: ({ from, plugin }) => `Cancel the release, which gives all calls to ${plugin.name} back to ${from.version}`,
};

export async function changeRelease(
  connection: Connection,
  ref: string,
  change: ChangeName,
  { kind, reason, yes }: ChangeOptions,
): Promise<CommandResult> {
  const { client, signal } = connection;
  const found = await findRelease(connection, { ref, kind });
  const question = found.ended_at === null ? questions[change]?.(found) : undefined;
  if (question !== undefined) await requireConfirmation(question, yes, signal);
  const path = { namespace_id: await connection.namespaceId(), release_id: found.id };
  const release =
    change === 'step' || change === 'resume'
      ? await client.post(`${releasePath}/${change}`, { path })
      : await client.post(`${releasePath}/${change}`, { path, body: { reason } });
  return { json: release, text: formatRelease(release) };
}
