// Tests that after a package index fails to answer, no stored or cached state makes the next attempt fail.
import { expect, test } from 'vitest';
import { type LockEvent, lockEventSchema } from '../../../src/contract/builder/environments.ts';
import { eventLines } from '../builder-client.ts';
import { newFolder, TestBuilder } from '../support.ts';
import { PackageIndex } from './package-index.ts';

async function lastEvent(builder: TestBuilder): Promise<LockEvent> {
  const body = JSON.stringify({ requirements: [{ text: 'six', at: 'requirements.txt:1' }] });
  const text = await (await builder.fetch('/locks', { method: 'POST', body })).text();
  return lockEventSchema.parse(JSON.parse(eventLines(text).at(-1) ?? ''));
}

test('an index that briefly lacks uv fails only one attempt, not the deployment, and is asked again', async () => {
  const index = await PackageIndex.start(newFolder());
  const env = { BUILDER_TOOLS: newFolder(), BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url };
  const builder = await TestBuilder.start({ env });
  try {
    for (const attempt of [1, 2]) {
      const failed = { type: 'failed', error: { code: 'index-unreachable' }, deterministic: false };
      expect(await lastEvent(builder)).toMatchObject(failed);
      expect(index.requests).toHaveLength(attempt);
    }
  } finally {
    index.close();
    await builder.close();
  }
});
