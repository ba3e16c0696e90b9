// What `slipway publish` says when the registry finds what was not found here: its policy may be a stricter one.
import { expect, test } from 'vitest';
import { scriptedServer } from '../client/scripted-server.ts';
import { inProcess } from './in-process.ts';
import { folderOf, plugin } from './slipway.ts';

const violation = {
  ...{ file: 'pipeline.py', line: 1, column: 1, end_line: 1, end_column: 14, severity: 'error', rule: 'SLP190' },
  ...{ name: 'leftpad', message: 'Import off the allow list: leftpad' },
};
const rejection = {
  error: { type: 'SecurityViolationError', message: 'Rejected: 1 violation' },
  validation_errors: ['pipeline.py:1:1: Import off the allow list: leftpad'],
};

test.each<[string, object[], string[]]>([
  [
    'is shown as lint shows it',
    [violation],
    [
      'pipeline.py:1:1: error: Import off the allow list: leftpad [SLP190]',
      expect.stringMatching(/^ {6}= /),
      '✗ Rejected: 1 violation',
    ],
  ],
  [
    'by a rule that is newer than the command line is told in its own words',
    [{ ...violation, rule: 'SLP999' }],
    ['✗ Rejected: 1 violation', '  pipeline.py:1:1: Import off the allow list: leftpad'],
  ],
])('what only the registry finds %s', async (_, violations, words) => {
  const folder = folderOf(plugin);
  await using server = await scriptedServer();
  const upload = { upload_id: 'plu_1', presigned_url: `${server.url}/put` };
  server.answers.push({ body: upload }, {}, { status: 400, body: { ...rejection, violations } });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const { exit, stderr, stdout } = await inProcess(['publish', folder], env);
  const said = stderr.split('\n').filter((line) => !/^(?:$|· | {8})/.test(line));
  expect([exit, stdout, said]).toEqual([
    'rejected',
    '',
    [...words, '  fix      Mend them, or ask whoever owns the scan policy for a waiver.'],
  ]);
});
