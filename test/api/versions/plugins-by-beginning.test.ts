// Plugin lists filtered by name prefix.
import { expect, test } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

test('a plugin list filtered by name prefix contains only matching plugins, in pages, with their count', async () => {
  const app = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  for (const name of ['face_find', 'face_match', 'facade_ext', 'Face_upper', 'my_face'])
    await publish(org, plugin({ name }));
  const listed = async (query: string) => {
    const { body } = await org.get(`${org.plugins}?${query}`);
    const { next_cursor, plugins, total } = Object(body);
    return [plugins.map(({ name }: { name: string }) => name), total, next_cursor];
  };
  expect(await listed('search=face_')).toEqual([['face_find', 'face_match'], 2, null]);
  const [first, total, cursor] = await listed('search=face_&limit=1');
  expect([first, total]).toEqual([['face_find'], 2]);
  expect(await listed(`search=face_&limit=1&cursor=${cursor}`)).toEqual([['face_match'], 2, null]);
  expect(await listed('search=nothing')).toEqual([[], 0, null]);
  expect(await listed('search=%25')).toEqual([[], 0, null]);
});
