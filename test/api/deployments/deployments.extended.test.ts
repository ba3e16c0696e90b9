// Tests calls with any inputs and parameters over HTTP, and the state of an instance that keeps crashing.
import { describe, expect, test } from 'vitest';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { deploymentId, feature_uri, live, published, statusOf, time } from './deploying.ts';

describe('realtime', () => {
  test('a realtime deployment is queued, and repeating the request while it is in progress returns the same deployment', async () => {
    const { fetch } = testApp({ queues: losingQueues().queues });
    const org = await published({ realtime: true });
    const client = clientOf(`Bearer ${org.key}`, fetch);
    const first = await client.post(`${org.at}/deploy`);
    expect({ status: first.status, body: first.body }).toEqual({
      status: 200,
      body: {
        success: true,
        plugin_id: 'hello_ext_1_0_0',
        namespace_id: org.namespaceId,
        version: '1.0.0',
        status: 'queued',
        deployment_type: 'realtime',
        deployed: false,
        feature_uri,
        message: 'Deployment queued',
        deployment_id: deploymentId,
        generation: 1,
        yanked: null,
        deprecated: null,
        deployment_name: 'custom_plugin_hello_ext_1_0_0',
        route_prefix: '/inference/custom_plugin_hello_ext_1_0_0',
        estimated_completion_seconds: 5,
        queue_position: 1,
        deployment_method: 'blue_green',
        status_endpoint: `${org.at}/status`,
      },
    });
    for (const query of ['', '?deployment_type=realtime'])
      expect((await client.post(`${org.at}/deploy${query}`)).text).toBe(first.text);
    expect((await client.get(`${org.at}/status`)).body).toEqual(
      statusOf(org, {
        status: 'QUEUED',
        message: 'Generation 1 is queued',
        queued_at: time,
        estimated_completion_seconds: 5,
      }),
    );
  });

  test('a realtime plugin answers calls with any inputs and parameters', async () => {
    const org = await live();
    const call = async (body?: unknown) => (await org.post(`${org.at}/realtime/test`, body)).body;
    const empty = { status: 'success', raw_response: { inputs: {}, parameters: {} } };
    for (const body of [undefined, null, {}, { inputs: null, parameters: null }])
      expect(await call(body)).toMatchObject(empty);
    expect(await call({ inputs: { divide: 0 } })).toEqual({
      status: 'error',
      inference_name: 'custom_plugin_hello_ext_1_0_0',
      raw_response: null,
      response_type: null,
      response_keys: null,
      error: 'ZeroDivisionError: division by zero',
      message: expect.stringMatching(/^Raised at realtime\.py:\d+$/),
      duration_ms: expect.any(Number),
      deployment_id: deploymentId,
    });
    for (const [field, value] of [
      ['inputs', []],
      ['inputs', 'text'],
      ['parameters', 1],
    ] as const) {
      const { status, body } = await org.post(`${org.at}/realtime/test`, { [field]: value });
      expect({ status, body }).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', field] }] } });
    }
  });
});

test('an instance that keeps crashing has the state restarting, not asleep, while it is down', async () => {
  const org = await live();
  const { deployment_id: id } = Object((await org.get(`${org.at}/status`)).body).serving;
  // Each call waits for the restart after the previous call's crash. A pause of two seconds follows the third crash.
  for (let crash = 0; crash < 3; crash += 1) await org.post(`${org.at}/realtime/test`, { inputs: { die: true } });
  const restarts = { count: 2, since: time, last_at: time, last_reason: 'exit code 9' };
  const down = { state: 'restarting', last_call_at: time, restarts };
  expect(await org.get(`${org.at}/status`)).toMatchObject({ body: { serving: { instance: down } } });
  expect(await org.get(`/v1/namespaces/${org.namespaceId}/deployments/${id}`)).toMatchObject({
    body: { serving: true, instance: down },
  });
});

test('restarts after crashes appear in the status and the deployment, with the last reason', async () => {
  const org = await live();
  const statusAt = async () => Object((await org.get(`${org.at}/status`)).body).serving;
  const { deployment_id: id, instance } = await statusAt();
  expect(instance.restarts).toBeNull();
  await org.post(`${org.at}/realtime/test`, { inputs: { die: true } });
  await org.post(`${org.at}/realtime/test`, {});
  const restarts = { count: 1, since: time, last_at: time, last_reason: 'exit code 9' };
  const restarted = { state: 'running', last_call_at: time, error: null, restarts };
  expect((await statusAt()).instance).toEqual(restarted);
  const { body } = await org.get(`/v1/namespaces/${org.namespaceId}/deployments/${id}`);
  expect(body).toMatchObject({ serving: true, instance: restarted });
});
