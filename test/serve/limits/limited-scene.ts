// A live plugin whose calls are limited.
import { expect } from 'vitest';
import type { Deps } from '../../../src/deps.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { type Client, clientOf } from '../../support/client.ts';
import { clockAt, type TestClock, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

export const minuteMs = 60_000;

const quick = `class QuickInferenceService:
    async def run_inference(self, inputs, parameters):
        return {}
`;

interface Limited {
  org: Organization;
  clock: TestClock;
  /** Returns a client of another isolate. */
  isolate(replacements?: Partial<Deps>): Client;
}

/** Returns an organization with a live plugin, at the beginning of a minute. */
export async function limited(): Promise<Limited> {
  const clock = clockAt(Math.ceil(Date.now() / minuteMs) * minuteMs);
  const { queues } = losingQueues();
  const app = testApp({ queues, clock });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ files: { 'realtime.py': quick } }));
  const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
  const isolate = (replacements = {}) =>
    clientOf(`Bearer ${org.key}`, testApp({ queues, clock, ...replacements }).fetch);
  return { org, clock, isolate };
}

export async function setLimit({ org }: Limited, body: object): Promise<void> {
  const none = { calls_per_minute: null, calls_at_once: null };
  const answer = await org.put('/v1/call-limits', { ...none, ...body });
  expect(answer).toMatchObject({ status: 200 });
}

export const ofPlugin = ({ org }: Limited) => ({ namespace_id: org.namespaceId, name: 'hello_ext' });

export const call = ({ org }: Limited, client: Client, path = '/by-name/hello_ext/realtime') =>
  client.post(`${org.plugins}${path}`, { inputs: {} });

export async function statusesOf(calls: Promise<{ status: number }>[]): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(calls)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Returns an isolate whose calls stay in progress until they are released. */
export function holding({ isolate }: Limited) {
  const gate = Promise.withResolvers<void>();
  let inProgress = 0;
  const { builder } = testApp().deps;
  const client = isolate({
    builder: {
      ...builder,
      call: async (...args) => {
        inProgress += 1;
        await gate.promise;
        return builder.call(...args);
      },
    },
  });
  return { client, release: gate.resolve, inProgress: () => inProgress };
}
