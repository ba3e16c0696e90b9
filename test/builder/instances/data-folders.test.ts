// Folders in which plugins store data: which instance holds one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { executableSpec } from '../go-support.ts';
import { TestBuilder } from '../support.ts';

test('an instance that failed to start holds no data: its folder can be deleted', async () => {
  const builder = await TestBuilder.start();
  const artifact = await builder.putArchive({ 'a.txt': 'not a program' });
  const events = await builder.put('dep_failed', executableSpec(artifact, { kind: 'storage', data: 'plg_failed' }));
  expect(events.at(-1)).toMatchObject({ type: 'failed' });
  const folder = join(builder.stateFolder, 'data', 'plg_failed');
  expect(existsSync(folder)).toBe(true);
  expect(await builder.send('DELETE', '/data/plg_failed')).toEqual({ status: 204, body: undefined });
  expect(existsSync(folder)).toBe(false);
  await builder.close();
});
