// Tests responses about deployments whose starts keep failing, and about live versions that don't start.
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { idSchema } from '../../../src/contract/ids.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { clientOf } from '../../support/client.ts';
import { clockAt, type TestApp, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const cause = 'The container did not start: it did not answer within 30 s: no connection.';
const at = 'hello_ext_1_0_0';

interface Failing {
  org: Organization;
  app: TestApp;
  /** How instance starts behave from now on. */
  starts: { fail: boolean; hang?: Promise<unknown> };
  advance(): Promise<void>;
  deploy(): Promise<string>;
  status(): Promise<unknown>;
}

async function failing(): Promise<Failing> {
  const starts: Failing['starts'] = { fail: true };
  const clock = clockAt(Date.now());
  const { queues } = losingQueues();
  const { builder: real } = testApp({ queues }).deps;
  const failure = () => new BuilderError('container-failed', cause);
  const builder: Builder = {
    ...real,
    async *start(id, spec) {
      await starts.hang;
      if (starts.fail) throw failure();
      yield* real.start(id, spec);
    },
    status: async (id) => {
      if (starts.fail) throw failure();
      return real.status(id);
    },
  };
  const app = testApp({ queues, builder, clock });
  const created = await organization();
  const org = { ...created, ...clientOf(`Bearer ${created.key}`, app.fetch) };
  await publish(org, plugin({ realtime: true }));
  const deployed: DeploymentId[] = [];
  return {
    org,
    app,
    starts,
    deploy: async () => {
      const { body } = await org.post(`${org.plugins}/${at}/deploy`);
      const { deployment_id } = z.object({ deployment_id: idSchema('deployment') }).parse(body);
      deployed.push(deployment_id);
      return deployment_id;
    },
    advance: async () => {
      clock.advance(3_600_000);
      for (const id of deployed.slice(-1)) await advanceDeployment(app.deps, id);
    },
    status: async () => (await org.get(`${org.plugins}/${at}/status`)).body,
  };
}

test('An attempt in progress shows why the previous one failed, and how many attempts there were', async () => {
  const { advance, deploy, status, starts, org } = await failing();
  const id = await deploy();
  await expect(advance()).rejects.toThrow(cause);
  const hang = Promise.withResolvers<void>();
  starts.hang = hang.promise;
  const second = expect(advance()).rejects.toThrow(cause);
  await expect.poll(async () => Object(await status()).retry).toMatchObject({ attempts: 2 });
  const retry = { attempts: 2, attempts_max: 8, next_attempt_at: null };
  expect(await status()).toMatchObject({ status: 'IN_PROGRESS', error: cause, retry });
  const path = `/v1/namespaces/${org.namespaceId}/deployments/${id}`;
  expect((await org.get(path)).body).toMatchObject({ error: cause, attempts: 2, next_attempt_at: null });
  hang.resolve();
  await second;
  expect((await org.get(path)).body).toMatchObject({ attempts: 2, next_attempt_at: expect.stringMatching(/Z$/) });
});

test('A first attempt has no error and no retry', async () => {
  const { deploy, status } = await failing();
  await deploy();
  expect(await status()).toMatchObject({ status: 'QUEUED', error: null, retry: null });
});

test('A live version whose instance does not start is not shown as serving while the next generation fails', async () => {
  const { advance, deploy, status, starts, org } = await failing();
  starts.fail = false;
  const first = await deploy();
  await advance();
  expect(await status()).toMatchObject({ status: 'DEPLOYED', message: 'Ready for realtime calls', error: null });
  await deploy();
  expect(Object(await status()).message).toBe('Generation 2 is queued; generation 1 still serves');
  starts.fail = true;
  await expect(advance()).rejects.toThrow(cause);
  expect(await status()).toMatchObject({
    message: `Generation 2 is starting; generation 1 is live, but its instance does not start: ${cause}`,
    error: cause,
    serving: { deployment_id: first, instance: { state: 'failing', error: cause } },
  });
  const versions = await org.get(`${org.plugins}/by-name/hello_ext/versions`);
  expect(Object(versions.body).results).toMatchObject([{ status: 'IN_PROGRESS', error: cause }]);
  starts.fail = false;
  await advance();
  expect(await status()).toMatchObject({ message: 'Ready for realtime calls', error: null, retry: null });
});
