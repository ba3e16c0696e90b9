// Tests pushes to private Go plugins that require private modules.
// @module-tag git
// @module-tag go
// @module-tag long
import { env } from 'cloudflare:workers';
import { expect, inject, test, vi } from 'vitest';
import { jsonLog } from '../../../../src/core/log.ts';
import { runHook } from '../../../../src/features/deploy-hooks/run.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { everythingStored } from '../../../support/database/everything-stored.ts';
import { testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { committed, pipelineSource, protect } from '../../../support/plugins/go-sources.ts';
import {
  goMod,
  http,
  libraryFiles,
  place,
  privateModuleScene as scene,
  token,
} from '../../../support/scenes/private-modules.ts';
import { builderFetchingFrom } from '../../../support/workers/fetching-builder.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { deployHook, pushOf, sendTo } from '../scenes/deploy-hooks.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

const ssh = inject('ssh');

/** Pushes a private plugin with a private module, and expects that the hook has it built, deployed and called. Returns all messages. */
async function pushedAndCalled(credential: object, origin: string): Promise<string[]> {
  const fetched: string[] = [];
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = jsonLog({ info: write, warn: write, error: write });
  const common = { builder: builderFetchingFrom(origin, fetched), allowLoopback: true, log };
  const { install, module, name, org, sumOf } = await scene(libraryFiles, testApp(common));
  const { queues, sent } = losingQueues();
  const { deps, fetch } = testApp({ ...common, queues });
  const files = [goMod(`require ${module} v1.2.0`), await sumOf(libraryFiles(module))] as const;
  const said = [await org.post('/v1/sources', { source: place, go_modules: true, ...credential })];
  expect(await install(...files)).toMatchObject({ status: 201 });
  const { host } = new URL(env.REPOSITORIES_URL);
  said.push(await org.post('/v1/sources', { source: `${host}/${name}`, ...credential }));
  await protect(name, [token]);
  const target = { kind: 'pipeline', plugin: `${name}-1`, provider: 'generic', branches: ['main'] };
  const hook = await deployHook(org, target);
  const body = 'return map[string]interface{}{"text": "pushed, " + lib.Word()}, nil';
  const pushed = pipelineSource({ body, imports: [module] });
  const text = pushed['plugin.go'].replace(`"${module}"`, `lib "${module}"`);
  const tree = { ...pushed, 'plugin.go': text, 'go.mod': files[0], 'go.sum': files[1] };
  const { repository } = await committed(name, 'v9', tree);
  const push = { body: pushOf('generic', repository, 'refs/heads/main') };
  expect((await sendTo({ fetch }, hook, push)).status).toBe(202);
  fetched.length = 0;
  for (let next = sent.shift(); next; next = sent.shift()) {
    if (next.type === 'run-hook') await runHook(deps, next.id);
    if (next.type === 'advance-deployment') await advanceDeployment(deps, next.id);
  }
  expect(fetched).toEqual([repository, `https://${module}.git`]);
  const call = { method: 'execute', params: { action: 'report', params: {} } };
  said.push(await org.post(`/api/plugins/${name}-1/call`, call));
  expect(said.at(-1)?.body).toMatchObject({ result: { output: { text: 'pushed, from a private module' } } });
  said.push(await org.get(`/api/plugins/${name}-1`), await org.get('/v1/sources'));
  return [
    ...said.map((answer) => answer.text),
    JSON.stringify(await eventsOf(org)),
    await everythingStored(),
    ...lines,
  ];
}

test('a push to a private plugin with a private module is fetched with tokens, built by the hook, deployed and called', async () => {
  const said = await pushedAndCalled({ token }, http);
  expect(said.filter((text) => [token, btoa(`git:${token}`)].some((secret) => text.includes(secret)))).toEqual([]);
});

test('a push to a private plugin with a private module is fetched with deploy keys, built by the hook, deployed and called', {
  tags: ['ssh'],
}, async () => {
  const deploy_key = { private_key: ssh.privateKey, known_hosts: [ssh.hostKey] };
  const said = await pushedAndCalled({ deploy_key }, `http://${ssh.host}`);
  expect(said.filter((text) => text.includes(ssh.privateKey.split('\n')[3] ?? ''))).toEqual([]);
});
