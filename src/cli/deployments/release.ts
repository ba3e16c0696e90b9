// Reports a release: the step by step move of a plugin's name to a deployed version.
import { z } from 'zod';
import type { GoKind } from '../../contract/plugin/go-kinds.ts';
import type { Connection } from '../connection/connect.ts';
import type { Deployment } from './follow.ts';

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

/** Returns the release that the deployment began. Asks only if the deployment has a plan. */
export async function begunRelease(
  connection: Connection,
  { name, release: plan, version }: Pick<Deployment, 'name' | 'release' | 'version'>,
): Promise<ActiveRelease | undefined> {
  if (!plan || plan === 'immediate') return undefined;
  const release = await activeRelease(connection, name);
  return release?.to.version === version ? release : undefined;
}

export interface Reached {
  name: string;
  version: string;
  release: ActiveRelease | undefined;
  took: string;
  /** Where callers reach the name. */
  url: string;
}

/** Formats a deployed version: live, or released step by step. */
export function formatReached({ name, release, took, url, version }: Reached): string {
  if (!release) return `✓ ${name} ${version} is live (${took})\n  call     ${url}\n`;
  const next = `  next     slipway releases watch ${name}\n`;
  return `✓ ${name} ${version} takes calls step by step: ${release.percent}% now (${took})\n${next}`;
}
