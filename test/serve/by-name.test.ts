// Tests calls by plugin name: which version answers, and that no call fails during a change.
import { expect, test } from 'vitest';
import type { DeploymentType } from '../../src/contract/states.ts';
import { newRouteCache } from '../../src/serve/route.ts';
import { scene } from '../support/scenes/scene.ts';
import { answering, back, live, saying, two } from './named-calls.ts';

test('the live version answers', async () => {
  const s = await two();
  await live(s, s.v0);
  expect(await answering(s)).toBe('1.0.0');
  await live(s, s.v1);
  expect(await answering(s)).toBe('1.0.1');
  await back(s, 0);
  expect(await answering(s)).toBe('1.0.0');
});

test.each<[is: string, name: string, says: string, type?: DeploymentType]>([
  ['no such name', 'no_such_ext', 'Problem: Plugin not found: no_such_ext'],
  ['a text that is no name', '../hello_ext', 'Problem: Plugin not found: ../hello_ext'],
  ["a version's id is no name", 'hello_ext_1_0_0', 'Problem: Plugin not found: hello_ext_1_0_0'],
  ['a name that serves nothing', 'hello_ext', 'Problem: Plugin hello_ext is not deployed'],
  [
    'a name that serves a version for batch only',
    'hello_ext',
    'Problem: Plugin hello_ext is deployed for batch only and has no realtime endpoint',
    'batch_only',
  ],
])('%s is refused', async (_is, name, says, type) => {
  const s = await scene(saying('1.0.0'));
  if (type) await live(s, s.version, type);
  expect(await answering(s, newRouteCache(), name)).toBe(says);
});
