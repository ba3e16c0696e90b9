// Pushes a private extractor, which needs a package from a private index, to a repository that is fetched with a deploy key. It goes
// live and is called, and no credential is found afterwards.
// @module-tag git
// @module-tag ssh
// @module-tag uv
// @module-tag long
import { env } from 'cloudflare:workers';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { jsonLog } from '../../../../src/core/log.ts';
import { everythingStored } from '../../../support/database/everything-stored.ts';
import { eventsOf } from '../../../support/events.ts';
import { committed, protect } from '../../../support/plugins/go-sources.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { builderFetchingFrom } from '../../../support/workers/fetching-builder.ts';
import { pushScene, serving } from '../scenes/push-scene.ts';

const { source: index } = inject('privateIndex');
const ssh = inject('ssh');
const { host } = new URL(env.REPOSITORIES_URL);

const realtime = `import acme_words


class WordsInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"word": acme_words.WORD}
`;

test('a private extractor with a private package is pushed, fetched with a deploy key, deployed and called', async () => {
  const fetched: string[] = [];
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = jsonLog({ info: write, warn: write, error: write });
  const all = await pushScene({}, { builder: builderFetchingFrom(`http://${ssh.host}`, fetched), log });
  const { name, org } = all;
  await protect(name, []);
  const token = 'pypi-of-acme';
  const deploy_key = { private_key: ssh.privateKey, known_hosts: [ssh.hostKey] };
  const added = [
    await org.post('/v1/sources', { source: `${host}/${name}`, deploy_key }),
    await org.post('/v1/sources', { source: index, token, python_packages: ['acme-*'] }),
  ];
  expect(added.map(({ status }) => status)).toEqual([200, 200]);
  const files = { 'realtime.py': realtime, 'requirements.txt': 'acme-words\n' };
  const made = Object.entries(plugin({ name, version: '1.1.0', files }).files);
  const tree = Object.fromEntries(made.map(([path, text]) => [`plugins/ocr/${path}`, String(text)]));
  await committed(name, 'v1.1.0', tree);
  await all.push('refs/tags/v1.1.0');
  await all.drain();
  expect(await all.rows()).toMatchObject([{ status: 'live' }]);
  expect([await serving(all), fetched]).toEqual(['1.1.0', [all.repository]]);
  const call = await org.post(`${org.plugins}/${name}_1_1_0/realtime/test`, { inputs: { text: 'x' } });
  expect([call.status, call.text]).toEqual([200, expect.stringContaining('"word":"private"')]);
  const listed = await org.get('/v1/sources');
  expect(
    z.object({ results: z.array(z.object({ last_used_at: z.string() })) }).parse(listed.body).results,
  ).toHaveLength(2);
  const everything = [...added, listed, call].map(({ text }) => text);
  everything.push(JSON.stringify(await eventsOf(org)), await everythingStored(), ...lines);
  const secrets = [token, btoa(`__token__:${token}`), ssh.privateKey.split('\n')[3] ?? ''];
  expect(everything.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
});
