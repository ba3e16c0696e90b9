// @module-tag index
// Tests that a version's dependencies are locked once, installed, and reused by every later deployment.
import { beforeEach, describe, expect, test } from 'vitest';
import { answerOf } from '../../support/json-text.ts';
import { deploy, overview, scene } from '../../support/scenes/scene.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';
import {
  buildLog,
  deployed,
  files,
  forgetPackages,
  installed,
  locks,
  parts,
  storedPackages,
} from './environment-scene.ts';

beforeEach(forgetPackages);

test('a version is locked and installed when it is first deployed, and never again', async () => {
  const s = await scene({ files });
  const first = await deployed(s);
  const call = async () => answerOf(await s.deps.builder.call(first, '{"inputs": {}, "parameters": {}}'));
  expect(await call()).toMatchObject({ status: 'success', result: { six: '1.16.0' } });
  expect(await locks(s)).toMatchObject([
    {
      versionId: s.version.id,
      packages: [{ name: 'six', version: '1.16.0', marker: null, index: expect.any(String) }],
    },
  ]);
  const [environment] = await installed(s);
  expect(environment).toMatchObject({ packages: [{ name: 'six', version: '1.16.0' }] });
  expect(await storedPackages(s)).toMatchObject([{ name: 'six', version: '1.16.0', removed: [] }]);
  const { named, stored } = await parts(s);
  expect([named.length, stored]).toEqual([1, named]);
  const log = await buildLog(s, first);
  expect(log.filter((line) => ['resolve', 'download', 'archive'].includes(line))).toEqual([
    'resolve',
    'download',
    'archive',
  ]);

  const { builder, called } = watchedBuilder(s.deps.builder);
  const second = await deployed(s, builder);
  expect((await overview(s)).serving?.id).toBe(second);
  expect([called.includes('lock'), called.includes('install'), called.includes('getBlob')]).toEqual([
    false,
    false,
    false,
  ]);
  expect((await installed(s)).length).toBe(1);
  expect(await buildLog(s, second)).toEqual([expect.stringMatching(/^environment [0-9a-f]{12} known: 1 package, /)]);
});

describe('unresolvable dependencies fail the deployment with the reason, and nothing is retried', () => {
  test.each([
    ['a version that does not exist', 'six==99.0\n', /six==99\.0/],
    ['a URL', 'six\nsix @ https://x.example/six-1.16.0-py2.py3-none-any.whl\n', /requirements\.txt:2/],
    ['an option', '--index-url https://x.example/simple\nsix\n', /requirements\.txt:1/],
  ])(
    'an unresolvable dependency fails the deployment with the reason, and nothing is retried: %s',
    async (_, requirements, reason) => {
      const s = await scene({ files: { ...files, 'requirements.txt': requirements } });
      await deployed(s);
      const { newest, serving } = await overview(s);
      expect([serving, newest?.status, newest?.attempts]).toEqual([null, 'failed', 1]);
      expect(newest?.error).toMatch(reason);
      expect(await locks(s)).toEqual([]);
    },
  );
});

test('a version without dependencies has no lock or environment, and neither does a batch-only deployment', async () => {
  const s = await scene();
  const { builder, called } = watchedBuilder(s.deps.builder);
  await deployed(s, builder);
  const batch = await scene({ files });
  await deploy(batch, 'batch_only');
  expect([await locks(s), await locks(batch), called.includes('environmentTarget')]).toEqual([[], [], false]);
});
