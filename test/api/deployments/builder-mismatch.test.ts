// Tests a builder from another release: every route that asks it responds with 503 and the fix, and waiting work is retried.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { builderByContainers } from '../../../src/builders/client.ts';
import { idSchema } from '../../../src/contract/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { type Client, clientOf } from '../../support/client.ts';
import { containersAnswering } from '../../support/containers/answering-containers.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const cause = 'The builder accepts version 3 of its contract, but the Worker sent "2". Use the same release of both.';
const placement = { size: 'basic', location: null, jurisdiction: null } as const;
const hint = expect.stringContaining('Operators: run the Worker and the builder');

/** Creates a builder that refuses every request as one from another release would; `body` is its response. */
function otherRelease(body: unknown = { error: { code: 'contract-mismatch', message: cause } }) {
  const containers = containersAnswering(async () => Response.json(body, { status: 426 }));
  return builderByContainers(containers, async () => placement);
}

interface Released extends Organization {
  at: string;
  /** Sends requests to a Worker whose builder is from another release. */
  mixed: Client;
}

async function released(): Promise<Released> {
  const org = await organization();
  await publish(org, plugin({ realtime: true }));
  const at = `${org.plugins}/hello_ext_1_0_0`;
  await org.post(`${at}/deploy`);
  await waitFor(async () => expect((await org.get(`${at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }), {
    interval: 100,
  });
  const { fetch } = testApp({ builder: otherRelease(), queues: losingQueues().queues });
  return { ...org, at, mixed: clientOf(`Bearer ${org.key}`, fetch) };
}

test('Every route that asks the builder returns 503 with the cause, Retry-After and the fix', async () => {
  const { at, mixed, plugins } = await released();
  const call = { inputs: { text: 'x' } };
  const git = { repository: 'https://example.com/someone/plugin', ref: 'v1' };
  const answers = {
    call: await mixed.post(`${at}/realtime/test`, call),
    'call by name': await mixed.post(`${plugins}/by-name/hello_ext/realtime`, call),
    logs: await mixed.get(`${at}/logs`),
    'publish from Git': await mixed.post(`${plugins}/from-git`, git),
    'install a Go plugin': await mixed.post('/api/plugins', {
      name: 'upper',
      repository: git.repository,
      version: 'v1',
    }),
  };
  for (const [what, { status, body, headers }] of Object.entries(answers))
    expect({ what, status, retryAfter: headers.get('retry-after'), body }).toMatchObject({
      what,
      status: 503,
      retryAfter: '10',
      body: { error: { message: expect.stringContaining(cause), type: 'ServiceUnavailableError', hint } },
    });
});

test('The status shows that the live version does not start, and gives the reason', async () => {
  const { at, mixed } = await released();
  const { status, body } = await mixed.get(`${at}/status`);
  expect([status, body]).toEqual([
    200,
    expect.objectContaining({
      status: 'DEPLOYED',
      message: `its instance does not start: ${cause}`,
      serving: expect.objectContaining({
        instance: { state: 'failing', last_call_at: null, error: cause, restarts: null },
      }),
    }),
  ]);
});

test('A deployment waits for the right release: it is retried, shows the reason and the next attempt, and then goes live', async () => {
  const org = await organization();
  await publish(org, plugin({ realtime: true }));
  const at = `${org.plugins}/hello_ext_1_0_0`;
  const clock = clockAt(Date.now());
  const { queues } = losingQueues();
  const mixed = testApp({ builder: otherRelease(), queues, clock });
  const client = clientOf(`Bearer ${org.key}`, mixed.fetch);
  const { body } = await client.post(`${at}/deploy`);
  const { deployment_id } = z.object({ deployment_id: idSchema('deployment') }).parse(body);
  for (const attempts of [1, 2, 3]) {
    await expect(advanceDeployment(mixed.deps, deployment_id)).rejects.toThrow(cause);
    expect((await client.get(`${at}/status`)).body).toMatchObject({
      status: 'IN_PROGRESS',
      message: 'Generation 1 is starting',
      error: cause,
      retry: { attempts, attempts_max: 8, next_attempt_at: expect.stringMatching(/Z$/) },
    });
    clock.advance(3_600_000);
  }
  const right = testApp({ queues, clock });
  await advanceDeployment(right.deps, deployment_id);
  const status = await clientOf(`Bearer ${org.key}`, right.fetch).get(`${at}/status`);
  expect(status.body).toMatchObject({
    status: 'DEPLOYED',
    error: null,
    retry: null,
    message: 'Ready for realtime calls',
  });
});

test('A refusal without a contract body counts as a mismatch', async () => {
  await expect(otherRelease('Upgrade Required').call('dep_1', '{}')).rejects.toMatchObject({
    code: 'contract-mismatch',
    message: 'The builder is from another release than the Worker.',
  });
});
