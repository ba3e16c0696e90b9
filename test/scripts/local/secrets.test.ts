// Tests a state folder's secrets, which are kept between starts, completed, and never replaced silently.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { localSecrets, secretsError } from '../../../scripts/local/secrets.ts';

async function stateWith(text?: string): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'slipway-secrets-'));
  onTestFinished(() => rm(state, { recursive: true }));
  if (text !== undefined) await writeFile(join(state, 'secrets.json'), text);
  return state;
}

test('a folder without secrets gets secrets and keeps them', async () => {
  const state = await stateWith();
  expect(await secretsError(state)).toBeUndefined();
  const made = await localSecrets(state);
  expect([await secretsError(state), await localSecrets(state)]).toEqual([undefined, made]);
});

test('a secret that a newer version needs is added to the stored ones', async () => {
  const kek = 'k'.repeat(64);
  const state = await stateWith(JSON.stringify({ data_kek: kek }));
  expect([await secretsError(state), (await localSecrets(state)).data_kek]).toEqual([undefined, kek]);
});

test.each([
  ['empty', ''],
  ['cut off', '{"data_kek": "kk'],
  ['no object', '[]'],
  ['with a key that is too short', '{"data_kek": "short"}'],
])('secrets that are %s are refused and left unchanged', async (_, text) => {
  const state = await stateWith(text);
  expect(await secretsError(state)).toContain(`${state}/secrets.json is damaged or can't be read. Restore it`);
  expect(await readFile(join(state, 'secrets.json'), 'utf8')).toBe(text);
});
