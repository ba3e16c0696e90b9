// Tests deploying, calling and undeploying over HTTP, with the real builder: every field of every response (mixpeek §5, rows 7-10).
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { type PluginOptions, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { zodMessage } from '../../support/zod-message.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const deploymentId = expect.stringMatching(/^dep_[0-9a-z]{26}$/);
const feature_uri = 'mixpeek://hello_ext@1.0.0/hello_ext_vector';

async function published(options: PluginOptions = {}): Promise<Organization & { at: string }> {
  const org = await organization();
  await publish(org, plugin(options));
  return { ...org, at: `${org.plugins}/hello_ext_1_0_0` };
}

const handler = `from shared.plugins.inference.serve import BaseInferenceService


class HelloInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        if "die" in inputs:
            import os

            os._exit(9)
        if "divide" in inputs:
            return {"quotient": 1 / inputs["divide"]}
        return {"embedding": [0.5], "inputs": inputs, "parameters": parameters}
`;

async function live(): Promise<Organization & { at: string }> {
  const org = await published({ files: { 'realtime.py': handler } });
  await org.post(`${org.at}/deploy`);
  await waitFor(async () => expect((await org.get(`${org.at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }), {
    interval: 100,
  });
  return org;
}

function statusOf(org: Organization, fields: Record<string, unknown>) {
  return {
    plugin_id: 'hello_ext_1_0_0',
    namespace_id: org.namespaceId,
    name: 'hello_ext',
    version: '1.0.0',
    feature_uri,
    realtime_enabled: false,
    deployed: false,
    queued_at: null,
    estimated_completion_seconds: null,
    route_prefix: null,
    deployed_at: null,
    error: null,
    retry: null,
    serving: null,
    ...fields,
  };
}

const notDeployed = { status: 'NOT_DEPLOYED', message: 'Not deployed' };

describe('batch-only', () => {
  const message = 'Deployed for batch processing only';
  test.each([
    ['without a realtime.py', false, '', `${message}: the plugin has no realtime.py`],
    [
      'without a realtime.py, with realtime requested',
      false,
      '?deployment_type=realtime',
      `${message}: the plugin has no realtime.py`,
    ],
    ['when requested', true, '?deployment_type=batch_only', message],
    ['when requested in the body', true, '', message, { deployment_type: 'batch_only' }],
  ])(
    'a batch-only plugin is deployed within the request: %s',
    async (_what, realtime, query, message, sent?: object) => {
      const org = await published({ realtime });
      const answer = await org.post(`${org.at}/deploy${query}`, sent);
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 200,
        body: {
          success: true,
          plugin_id: 'hello_ext_1_0_0',
          namespace_id: org.namespaceId,
          version: '1.0.0',
          status: 'deployed',
          deployment_type: 'batch_only',
          deployed: true,
          feature_uri,
          message,
          deployment_id: deploymentId,
          generation: 1,
          yanked: null,
          deprecated: null,
        },
      });
      const serving = { deployment_id: Object(answer.body).deployment_id, generation: 1, instance: null };
      expect((await org.get(`${org.at}/status`)).body).toEqual(
        statusOf(org, { status: 'NOT_DEPLOYED', message, deployed: true, queued_at: time, deployed_at: time, serving }),
      );
    },
  );

  test('a batch-only plugin has no realtime endpoint', async () => {
    const org = await published();
    await org.post(`${org.at}/deploy`);
    const detail = 'Plugin hello_ext_1_0_0 is deployed for batch only and has no realtime endpoint';
    const { status, body } = await org.post(`${org.at}/realtime/test`, { inputs: {} });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        error: { type: 'PluginNotDeployedError', details: { resource: 'plugin', id: 'hello_ext_1_0_0' } },
        detail,
      },
    });
  });
});

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

  test('a realtime plugin is deployed, called, redeployed and undeployed', async () => {
    const org = await live();
    const { body } = await org.get(`${org.at}/status`);
    const ready = {
      status: 'DEPLOYED',
      message: 'Ready for realtime calls',
      realtime_enabled: true,
      deployed: true,
      queued_at: time,
      deployed_at: time,
      route_prefix: '/inference/custom_plugin_hello_ext_1_0_0',
    };
    const instance = { state: 'running', last_call_at: null, error: null, restarts: null };
    expect(body).toEqual(
      statusOf(org, { ...ready, serving: { deployment_id: deploymentId, generation: 1, instance } }),
    );

    const called = await org.post(`${org.at}/realtime/test`, { inputs: { text: 'hi' }, parameters: { top: 1 } });
    expect({ status: called.status, body: called.body }).toEqual({
      status: 200,
      body: {
        status: 'success',
        inference_name: 'custom_plugin_hello_ext_1_0_0',
        raw_response: { embedding: [0.5], inputs: { text: 'hi' }, parameters: { top: 1 } },
        response_type: 'dict',
        response_keys: ['embedding', 'inputs', 'parameters'],
        error: null,
        message: null,
        duration_ms: expect.any(Number),
        deployment_id: Object(body).serving.deployment_id,
      },
    });

    expect((await org.post(`${org.at}/deploy`)).body).toMatchObject({
      status: 'queued',
      deployed: true,
      generation: 2,
    });
    const undeployed = {
      success: true,
      plugin_id: 'hello_ext_1_0_0',
      namespace_id: org.namespaceId,
      status: 'undeployed',
    };
    for (const message of [
      'Plugin hello_ext_1_0_0 was undeployed. The version still exists.',
      'Plugin hello_ext_1_0_0 was not deployed, so nothing changed.',
    ]) {
      const { body, status } = await org.post(`${org.at}/undeploy`);
      expect({ status, body }).toEqual({ status: 200, body: { ...undeployed, message } });
    }
    expect((await org.get(`${org.at}/status`)).body).toEqual(statusOf(org, notDeployed));
    expect((await org.get(org.at)).body).toMatchObject({ plugin: { deployed: false, deployment_info: null } });
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

describe('a version that was never deployed', () => {
  test('a version that was never deployed has the status NOT_DEPLOYED', async () => {
    const org = await published({ realtime: true });
    expect((await org.get(`${org.at}/status`)).body).toEqual(statusOf(org, notDeployed));
  });

  test('a version that was never deployed cannot be called', async () => {
    const org = await published({ realtime: true });
    const { status, body } = await org.post(`${org.at}/realtime/test`, { inputs: {} });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { type: 'PluginNotDeployedError' }, detail: 'Plugin hello_ext_1_0_0 is not deployed' },
    });
  });

  test('a version that was never deployed can be undeployed', async () => {
    const org = await published();
    expect((await org.post(`${org.at}/undeploy`)).status).toBe(200);
  });

  test.each(['gpu', '', 'REALTIME'])('a deployment with the type %j is rejected', async (type) => {
    const org = await published();
    const { status, body } = await org.post(`${org.at}/deploy?deployment_type=${type}`);
    const msg = zodMessage(z.enum(['batch_only', 'realtime']), '');
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['query', 'deployment_type'], msg }] },
    });
  });

  test.each([
    ['GET', 'status'],
    ['POST', 'deploy'],
    ['POST', 'undeploy'],
    ['POST', 'realtime/test'],
  ])('an unknown version returns 404: %s %s', async (method, path) => {
    const org = await published();
    const { status, body } = await org.send(method, `${org.plugins}/none_ext_1_0_0/${path}`);
    expect({ status, body }).toMatchObject({ status: 404, body: { detail: 'Plugin not found: none_ext_1_0_0' } });
  });
});
