// Tests pages of a namespace's log whose lines have the same time.
import { afterAll, expect, test } from 'vitest';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { handler, type Line, namespaceLines } from './namespace-lines.ts';

const { own, org, path, app } = await namespaceLines();

afterAll(() => own.kill());

test.each([1, 2, 3])('lines with the same timestamp fill pages of %i without gaps', async (limit) => {
  const name = `burst${limit}_ext`;
  await publish(org, plugin({ name, files: { 'realtime.py': handler } }));
  const { body } = await org.post(`${org.plugins}/${name}_1_0_0/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
  await org.post(`${org.plugins}/by-name/${name}/realtime`, { inputs: { n: 0, burst: 7 } });
  const lines: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `?plugin=${name}&text=burst&limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { results, pagination } = Object((await org.get(path + query)).body);
    lines.unshift(...results.map(({ line }: Line) => line));
    if (lines.length < 7) expect(results).toHaveLength(limit);
    cursor = pagination.next_cursor;
  }
  expect(lines).toEqual(Array.from({ length: 7 }, (_, n) => `burst ${n}`));
});
