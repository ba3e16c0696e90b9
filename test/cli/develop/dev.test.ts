// Tests the output of `slipway dev` for rejected changes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../../src/cli/connection/connect.ts';
import { develop } from '../../../src/cli/develop/develop.ts';
import { createOutput } from '../../../src/cli/terminal/output.ts';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { waitUntil } from '../../support/waiting.ts';
import { folderOf, ownVariables, plugin } from '../slipway.ts';

const patience = { interval: 20 };
const heads = /^(?:\S+: error: .*|[✗·] .*)$/gm;

/** Runs `slipway dev` on the folder while `edit` changes the folder, and returns the headlines of the output. */
async function developed(folder: string, url: string, edit: (headlines: () => string[]) => Promise<void>) {
  let printed = '';
  const write = (text: string) => {
    printed += text;
    return true;
  };
  const output = createOutput({ write }, { write }, {}, true);
  const stop = new AbortController();
  const environment = ownVariables({ SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' });
  const ended = develop(connect({}, environment, stop.signal), { folder, json: false }, output).catch(() => {});
  const headlines = () => printed.match(heads) ?? [];
  await edit(headlines);
  stop.abort();
  await ended;
  return headlines();
}

const refusedHere = '✗ rejected before upload: 1 error';

test('a refusal is printed once with its findings, whether the server or this machine refuses', async () => {
  const folder = folderOf(plugin);
  const violation = {
    ...{ file: 'pipeline.py', line: 1, column: 1, end_line: 1, end_column: 4, severity: 'error', rule: 'SLP190' },
    ...{ name: 'leftpad', message: 'Import not on the allow list: leftpad' },
  };
  const body = { error: { type: 'SecurityViolationError', message: 'Rejected: 1 violation' }, violations: [violation] };
  await using server = await scriptedServer();
  const upload = { body: { upload_id: 'plu_1', presigned_url: `${server.url}/put` } };
  const rejection = (id: string): Scripted[] => [
    upload,
    {},
    { status: 400, body, headers: { 'slipway-request-id': id } },
  ];
  const unknown = { status: 404, body: { error: { type: 'NotFoundError', message: 'Plugin not found' } } };
  server.answers.push(unknown, ...rejection('req_1'), ...rejection('req_2'));
  const confirmed = () => server.received.filter(({ url }) => url.endsWith('/confirm')).length;
  const lines = await developed(folder, server.url, async (headlines) => {
    await waitUntil(() => headlines().includes('✗ Rejected: 1 violation'), patience);
    writeFileSync(join(folder, 'pipeline.py'), '# saved again\n', { flag: 'a' });
    await waitUntil(() => confirmed() === 2, patience);
    // This machine refuses the last change, so the previous change has been reported or omitted by then.
    writeFileSync(join(folder, 'pipeline.py'), 'eval("1")\n', { flag: 'a' });
    await waitUntil(() => headlines().includes(refusedHere), patience);
  });
  expect(lines).toEqual([
    'pipeline.py:1:1: error: Import not on the allow list: leftpad [SLP190]',
    '✗ Rejected: 1 violation',
    'pipeline.py:4:1: error: Forbidden builtin: eval() (call) [SLP201]',
    refusedHere,
  ]);
});
