// Tests a plugin's OpenAPI document over HTTP: it describes what serves the name, and other tenants get 404.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { origin } from '../../support/client.ts';
import { clientWithKey, namespaceIn, organization, pluginsOf } from '../../support/scenes/organization.ts';
import { stage } from '../../support/scenes/staged.ts';
import { manifest, pathOf, realtime, scene } from './described.ts';

const documentModel = z.looseObject({
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string(), summary: z.string() }))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }).catchall(z.record(z.string(), z.unknown())),
});

test('describes calls to the version that serves the name, not one that is only published', async () => {
  const { app, deploy, org, put } = await scene();
  await put('1.0.0', 'name');
  await deploy('hello_ext_1_0_0');
  await put('1.1.0', 'names');
  const { body, headers, status } = await org.get(pathOf(org));
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
  const document = documentModel.parse(body);
  const path = `${org.plugins}/by-name/hello_ext/realtime`;
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'hello_ext', version: '1.0.0', description: 'Greets people.' },
    servers: [{ url: app.deps.publicUrl ?? origin }],
    paths: {
      [path]: { post: { operationId: 'call_hello_ext', summary: 'Greets people.', security: [{ bearerAuth: [] }] } },
    },
    components: {
      securitySchemes: { bearerAuth: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Input: {
          type: 'object',
          properties: { name: { $ref: '#/components/schemas/Input_a_b' } },
          required: ['name'],
        },
        Input_a_b: { type: 'string' },
        Output: { type: 'object', properties: { greeting: { type: 'string' } } },
      },
    },
  });
  expect(Object.keys(document.paths)).toEqual([path]);
  expect(danglingIn(body)).toEqual([]);

  const call = await org.post(path, { inputs: { name: 'Ada' } });
  expect(call.body).toMatchObject({ version: '1.0.0', raw_response: { name: 'Ada' } });

  await deploy('hello_ext_1_1_0');
  const next = documentModel.parse((await org.get(pathOf(org))).body);
  expect([next.info.version, next.components.schemas.Input]).toMatchObject(['1.1.0', { required: ['names'] }]);
});

test('other tenants, bound keys and namespaces without the plugin get 404', async () => {
  const { app, deploy, org, put } = await scene();
  await put('1.0.0', 'name');
  await deploy('hello_ext_1_0_0');
  const namespaceId = await namespaceIn(org, 'second');
  const stranger = await organization({ fetch: app.fetch });
  const bound = await clientWithKey(org, { namespaceIds: [namespaceId] });
  const weak = await clientWithKey(org, { scopes: ['plugins:invoke'] });
  const answers = await Promise.all([
    stranger.get(pathOf(org)),
    bound.get(pathOf(org)),
    bound.get(pathOf({ plugins: pluginsOf(namespaceId) })),
    weak.get(pathOf(org)),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 403]);
});

test('a plugin that does not answer calls gets what a call gets', async () => {
  const { org, put } = await scene();
  expect((await org.get(pathOf(org))).status).toBe(404);
  await put('1.0.0', 'name');
  const [read, call] = [await org.get(pathOf(org)), await org.post(`${org.plugins}/by-name/hello_ext/realtime`)];
  const messageOf = ({ body }: { body: unknown }) => Object(body).error;
  expect([read.status, messageOf(read)]).toEqual([call.status, messageOf(call)]);
  expect(messageOf(read)).toMatchObject({ type: 'PluginNotDeployedError' });
});

test('a version that only waits for approval is absent', async () => {
  const { org } = await scene();
  await stage(org, { files: { 'realtime.py': realtime, 'manifest.py': manifest('1.0.0', 'name') } }, { stage: true });
  expect((await org.get(pathOf(org))).status).toBe(404);
});

function danglingIn(document: unknown): string[] {
  const references: string[] = [];
  const text = JSON.stringify(document, (key, value) => {
    if (key === '$ref' && typeof value === 'string') references.push(value);
    return value;
  });
  const whole = JSON.parse(text);
  return references.filter((reference) => {
    const tokens = reference.split('/').slice(1);
    return tokens.reduce((node, token) => Object(node)[token], whole) === undefined;
  });
}
