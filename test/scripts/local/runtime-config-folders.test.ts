// The folders that the stored configuration of workerd names.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { disposeButFolders } from '../../../scripts/local/runtime/miniflare.ts';

test('folders of the configuration stay, although Miniflare removes them after its disposal', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'slipway-runtime-'));
  onTestFinished(() => rm(temporary, { recursive: true }));
  const folder = join(temporary, 'miniflare-1', 'email-store');
  await mkdir(folder, { recursive: true });
  let removed: Promise<void> | undefined;
  const remove = () => rm(join(temporary, 'miniflare-1'), { recursive: true });
  const dispose = async () => {
    removed = new Promise((resolve, reject) => setTimeout(() => remove().then(resolve, reject), 50));
  };
  await disposeButFolders({ dispose }, temporary);
  await removed;
  expect(existsSync(folder)).toBe(true);
});
