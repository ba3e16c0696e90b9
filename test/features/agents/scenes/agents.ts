// Provides agent plugins for tests: valid registrations, and artifacts that a real server on loopback serves.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { sendByUrl } from '../../../../src/builders/client.ts';
import { fetchByBuilder } from '../../../../src/builders/egress.ts';
import { idSchema } from '../../../../src/contract/ids.ts';
import { sha256Hex } from '../../../../src/core/digest.ts';
import type { PluginRowId } from '../../../../src/core/ids.ts';
import { recordFetch } from '../../../../src/features/agents/artifact-download.ts';
import type { Answer, Client } from '../../../support/client.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../../../support/deps.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

export const agents = '/api/v1/plugins';

/** The response of test/artifact-server.ts at `good`. */
export const goodArtifact = 'the artifact itself';
export const goodChecksum = `sha256:${await sha256Hex(goodArtifact)}`;

let namesCreated = 0;

/** Returns an unused name, because all tests share one registry. */
export function freshName(): string {
  namesCreated += 1;
  return `collector-${crypto.randomUUID().slice(0, 8)}-${namesCreated}`;
}

/** Returns a unique URL on the artifact server, which responds according to `word`. */
export function artifactAt(word: string): string {
  return `${env.ARTIFACTS_URL}/${word}/${crypto.randomUUID()}`;
}

export function registration(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: freshName(),
    version: '2.1.0',
    pluginType: 'log',
    artifactUrl: 'https://artifacts.example.com/collector-2.1.0.tar.gz',
    checksum: goodChecksum,
    ...fields,
  };
}

export interface AgentScene extends TestApp {
  org: Organization;
  clock: TestClock;
  sent: ReturnType<typeof losingQueues>['sent'];
}

const egress = fetchByBuilder(sendByUrl({ url: env.BUILDER_URL, token: env.BUILDER_TOKEN }));

/** Returns a scene whose messages get lost, and whose builder fetches only from loopback. */
export async function agentScene(): Promise<AgentScene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues, allowLoopback: true, fetch: egress });
  return { ...app, org: await organization({ fetch: app.fetch }), clock, sent };
}

export async function registered(
  { org }: Pick<AgentScene, 'org'>,
  fields: Record<string, unknown> = {},
): Promise<PluginRowId> {
  const { status, text, body } = await org.post(agents, registration(fields));
  if (status !== 200) throw new Error(`not registered: ${text}`);
  return z.object({ id: idSchema('plugin') }).parse(body).id;
}

/** Returns the documented example, verbatim except for the name, which can be registered only once. */
export function documented(name: string) {
  return {
    name,
    version: '2.1.0',
    pluginType: 'log',
    artifactUrl: 'https://artifacts.example.com/plugins/nginx-log-collector-2.1.0.tar.gz',
    checksum: 'sha256:abc123def456',
    configSchema: '{}',
    pluginRuntime: 'go',
  };
}

export function errorOf({ status, body }: Answer) {
  const { code, message, fields, details } = Object(body).error;
  return { status, code, message, fields, details };
}

/** Requests the artifact as `client`, and processes the message that records the request. */
export async function requestArtifact({ deps, sent }: AgentScene, client: Client, id: PluginRowId): Promise<void> {
  await client.get(`${agents}/${id}/artifact`);
  if (!sent.some((message) => message.type === 'artifact-fetched' && message.id === id))
    throw new Error('the request was not recorded');
  await recordFetch(deps, id);
}
