// Runs the script on files, as users do.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { genesisHash, hashBlock } from '../../src/contract/events/event-block.ts';

/** The name contains a Unicode line separator, which does not end a line. */
const events = ['{"data":{"name":"a\u2028b"},"id":"evt_1","type":"namespace.created"}'];
const head = {
  organization_id: 'org_a',
  number: 1,
  previous: genesisHash,
  events: 1,
  sealed_at: '2026-11-20T12:00:00.000Z',
};
const hash = await hashBlock(head, events);
const good = [...events, JSON.stringify({ block: { ...head, hash } }), '{"end":{"blocks":1,"events":1}}', ''].join(
  '\n',
);

function run(text: string, ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-events-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'events.ndjson');
  writeFileSync(file, text);
  const { status, stdout } = spawnSync(process.execPath, ['scripts/verify-events.ts', file, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout };
}

const verified = `✓ 1 events in 1 blocks are intact; 0 events are not sealed yet
  the last block is ${hash}; store this hash elsewhere to detect later changes
`;

test.each([
  ['an export', good, [], 0, verified],
  ['an export with a block noted earlier', good, [hash], 0, verified],
  [
    'an export without a block noted earlier',
    good,
    ['f'.repeat(64)],
    1,
    `✗ no block has the hash ${'f'.repeat(64)}: the chain was truncated or replaced\n`,
  ],
  [
    'a tampered export',
    good.replace('evt_1', 'evt_2'),
    [],
    1,
    '✗ line 2: block 1 or one of its 1 events was changed after it was sealed\n',
  ],
])('a faulty export is found: %s', (_what, text, args, status, stdout) => {
  expect(run(text, ...args)).toEqual({ status, stdout });
});
