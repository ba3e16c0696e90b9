// Tests how a plugin's OpenAPI document is cached, and while its version is quarantined.
import { expect, test } from 'vitest';
import { clientOf } from '../../support/client.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';
import { digestOf, firstId } from '../../support/scenes/staged.ts';
import { manifest, pathOf, realtime, scene } from './described.ts';

test('has an ETag, and 304 answers it', async () => {
  const { deploy, org, put } = await scene();
  await put('1.0.0', 'name');
  await deploy('hello_ext_1_0_0');
  const etag = (await org.get(pathOf(org))).headers.get('etag') ?? '';
  const send = (sent: string) => org.send('GET', pathOf(org), { headers: { 'if-none-match': sent } });
  expect([(await send(etag)).status, (await send('"other"')).status]).toEqual([304, 200]);
});

test('a quarantined version is described as long as it serves', async () => {
  const { deploy, org } = await scene();
  const files = { 'realtime.py': realtime, 'manifest.py': manifest('1.0.0', 'name'), 'note.txt': crypto.randomUUID() };
  await publish(org, plugin({ files }));
  await deploy(firstId);
  const path = `/v1/admin/quarantines/${await digestOf(org)}`;
  const why = { reason: 'It is malicious', objection: 'Write to security@example.com.' };
  const operator = clientOf(adminAuthorization, org.fetch);
  expect([(await operator.put(path, why)).status, (await org.get(pathOf(org))).status]).toEqual([200, 200]);
  await operator.put(path, { ...why, drain: true });
  expect((await org.get(pathOf(org))).status).toBe(503);
});
