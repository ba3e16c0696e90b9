// Tests deploying, calling and undeploying over HTTP, with the real builder: every field of every response (mixpeek §5, rows 7-10).
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { zodMessage } from '../../support/zod-message.ts';
import { deploymentId, feature_uri, live, published, statusOf, time } from './deploying.ts';

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
});

describe('a version that was never deployed', async () => {
  const org = await published({ realtime: true });

  test('a version that was never deployed has the status NOT_DEPLOYED', async () => {
    expect((await org.get(`${org.at}/status`)).body).toEqual(statusOf(org, notDeployed));
  });

  test('a version that was never deployed cannot be called', async () => {
    const { status, body } = await org.post(`${org.at}/realtime/test`, { inputs: {} });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { type: 'PluginNotDeployedError' }, detail: 'Plugin hello_ext_1_0_0 is not deployed' },
    });
  });

  test('a version that was never deployed can be undeployed', async () => {
    expect((await org.post(`${org.at}/undeploy`)).status).toBe(200);
  });

  test.each(['gpu', '', 'REALTIME'])('a deployment with the type %j is rejected', async (type) => {
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
    const { status, body } = await org.send(method, `${org.plugins}/none_ext_1_0_0/${path}`);
    expect({ status, body }).toMatchObject({ status: 404, body: { detail: 'Plugin not found: none_ext_1_0_0' } });
  });
});
