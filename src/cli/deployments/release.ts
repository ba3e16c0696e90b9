// Reports a release: the step by step move of a plugin's name to a deployed version.
import { z } from 'zod';
import type { GoKind } from '../../contract/plugin/go-kinds.ts';
import type { Connection } from '../connection/connect.ts';
import { readHistory } from '../plugins/plugin-ref.ts';

const releasesPath = '/v1/namespaces/{namespace_id}/releases';
const releasesAnswer = z.object({
  results: z.array(
    z.object({ id: z.string(), state: z.string(), percent: z.number(), to: z.object({ version: z.string() }) }),
  ),
});

export type ActiveRelease = z.infer<typeof releasesAnswer>['results'][number];

/** Returns the active release of the plugin's name, if there is one. */
export async function activeRelease(
  { client, namespaceId, signal }: Connection,
  name: string,
  kind: { kind?: GoKind } = {},
): Promise<ActiveRelease | undefined> {
  const path = { namespace_id: await namespaceId() };
  const query = { ...kind, plugin: name, active: true, limit: 1 };
  const response = await client.request('get', releasesPath, { path, query, signal });
  return releasesAnswer.parse(await response.json()).results[0];
}

/** The versions that answer calls to a plugin's name. */
export interface Answering {
  /** The version that answers all calls, or those that a release doesn't move. */
  serving: string | null;
  /** The release that moves calls to the deployed version. */
  release: ActiveRelease | undefined;
}

/** Asks who answers calls to the name of a version that was deployed: another one may have been requested later. */
export async function askWhoAnswers(
  connection: Connection,
  { name, version }: { name: string; version: string },
): Promise<Answering> {
  const { serving_version: serving } = await readHistory({ connection, name, kind: {} }, { limit: 1 });
  if (serving === version) return { serving, release: undefined };
  const release = await activeRelease(connection, name);
  return { serving, release: release?.to.version === version ? release : undefined };
}

export interface Reached {
  name: string;
  version: string;
  answering: Answering;
  took: string;
  /** Where callers reach the name. */
  url: string;
}

/** Says in one line where calls to the name go. */
export function whoAnswersText({
  answering: { release, serving },
  name,
  version,
}: Omit<Reached, 'took' | 'url'>): string {
  if (release) return `${name} ${version} takes calls step by step`;
  if (serving === version) return `${name} ${version} is live`;
  return `${name} ${version} is deployed, but calls to ${name} still go to ${serving ?? 'no version'}`;
}

/** Formats a deployed version: live, released step by step, or without the name. */
export function formatReached({ took, url, ...reached }: Reached): string {
  const { answering, name, version } = reached;
  const { release, serving } = answering;
  if (release)
    return `✓ ${name} ${version} takes calls step by step: ${release.percent}% now (${took})\n  next     slipway releases watch ${name}\n`;
  const where = serving === version ? `  call     ${url}\n` : `  next     slipway rollback ${name} --to ${version}\n`;
  return `✓ ${whoAnswersText(reached)} (${took})\n${where}`;
}
