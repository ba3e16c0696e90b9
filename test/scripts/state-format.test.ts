// Tests which state folders `npm start` accepts. test/e2e/start/errors.test.ts covers its output and its effects.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stateFormatError, writeStateFormat } from '../../scripts/local/state-folder.ts';

async function folderOf(files: Record<string, string>): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'slipway-state-'));
  onTestFinished(() => rm(state, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(state, name)), { recursive: true });
    await writeFile(join(state, name), text);
  }
  return state;
}

test.each<[string, Record<string, string>]>([
  ['an empty folder', {}],
  ['a folder with files of others', { 'notes.txt': 'not of Slipway' }],
  ['the folder of a builder that was started alone', { 'builder/blobs/one': '' }],
  ['a folder of this format', { 'state.json': '{"format": 1}', 'secrets.json': '{}' }],
  ['a format with more fields', { 'state.json': '{"format": 1, "note": ""}' }],
])('%s is accepted', async (_, files) => {
  expect(await stateFormatError(await folderOf(files))).toBeUndefined();
});

test.each<[string, Record<string, string>, string]>([
  ['state without a format, known by its secrets', { 'secrets.json': '{}' }, ' has no state.json: '],
  ['state without a format, known by its key', { 'local.json': '{}' }, ' has no state.json: '],
  ['state without a format, known by its database', { 'platform/d1/one.sqlite': '' }, ' has no state.json: '],
  ['a newer format', { 'state.json': '{"format": 2}' }, ' has the format 2 of a newer Slipway, '],
  ['an empty format', { 'state.json': '', 'secrets.json': '{}' }, '/state.json is damaged. '],
  ['format 0', { 'state.json': '{"format": 0}' }, '/state.json is damaged. '],
  ['a format that is no number', { 'state.json': '{"format": "1"}' }, '/state.json is damaged. '],
])('%s is refused', async (_, files, reason) => {
  const state = await folderOf(files);
  expect(await stateFormatError(state)).toContain(`${state}${reason}`);
});

test('a missing folder, or a file in its place, is left to the code that creates the folder', async () => {
  const state = await folderOf({ file: '' });
  expect(await stateFormatError(join(state, 'absent'))).toBeUndefined();
  expect(await stateFormatError(join(state, 'file'))).toBeUndefined();
});

test('an unreadable state.json is refused', async () => {
  const state = await folderOf({ 'state.json/entry': '' });
  expect(await stateFormatError(state)).toContain(`the state folder ${state} can't be read (EISDIR`);
});

test('a start writes a format that it accepts', async () => {
  const state = await folderOf({});
  await writeStateFormat(state);
  expect(JSON.parse(await readFile(join(state, 'state.json'), 'utf8'))).toEqual({ format: 1 });
  expect(await stateFormatError(state)).toBeUndefined();
});
