import { expect, test } from 'vitest';
import { type EventBlock, genesisHash, hashBlock } from '../../src/contract/events/event-block.ts';
import { verifyExport } from '../../src/contract/events/event-export.ts';

const event = (n: number) => `{"data":{"n":${n}},"id":"evt_${n}","type":"upload.created"}`;

async function block(number: number, previous: string, events: string[]): Promise<EventBlock> {
  const head = {
    organization_id: 'org_a',
    number,
    previous,
    events: events.length,
    sealed_at: `2026-11-20T12:0${number}:00.000Z`,
  };
  return { ...head, hash: await hashBlock(head, events) };
}

const blockLine = (sealed: EventBlock) => JSON.stringify({ block: sealed });
const one = await block(1, genesisHash, [event(1), event(2)]);
const two = await block(2, one.hash, [event(3)]);
const three = await block(3, two.hash, [event(4), event(5)]);
const whole = [
  event(1),
  event(2),
  blockLine(one),
  event(3),
  blockLine(two),
  event(4),
  event(5),
  blockLine(three),
  event(6),
  '{"end":{"blocks":3,"events":6}}',
];

test("a block's hash is the SHA-256 of its own line and its events, each with its line feed", async () => {
  const text = `{"events":1,"number":2,"organization_id":"org_a","previous":"${one.hash}","sealed_at":"2026-11-20T12:02:00.000Z"}\n${event(3)}\n`;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  expect(two.hash).toBe([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
});

test('an unmodified export verifies, and reports its unsealed events', async () => {
  expect(await verifyExport(whole)).toEqual({
    events: 6,
    blocks: 3,
    unsealed: 1,
    previous: genesisHash,
    last: three.hash,
  });
});

test('an export may start at a later block', async () => {
  expect(await verifyExport([...whole.slice(3, -1), '{"end":{"blocks":2,"events":4}}'])).toEqual({
    events: 4,
    blocks: 2,
    unsealed: 1,
    previous: one.hash,
    last: three.hash,
  });
});

/** Parts of an export, concatenated as a shell would do it. The second part starts within block 2. */
const parts = [
  ...whole.slice(0, 3),
  '{"end":{"blocks":1,"events":2,"next":{"from_block":2,"skip":0}}}',
  event(3),
  '{"end":{"blocks":0,"events":1,"next":{"from_block":2,"skip":1}}}',
  ...whole.slice(4, -1),
  '{"end":{"blocks":2,"events":3}}',
];

test("an export's parts verify together", async () => {
  expect(await verifyExport(parts)).toEqual(await verifyExport(whole));
});

test('the hash of each intact block is reported', async () => {
  const hashes: string[] = [];
  await verifyExport(whole, (hash) => hashes.push(hash));
  expect(hashes).toEqual([one.hash, two.hash, three.hash]);
});

const changed = (lines: Record<number, string>) => whole.map((line, i) => lines[i + 1] ?? line);
const without = (...numbers: number[]) => whole.filter((_, i) => !numbers.includes(i + 1));
const forged = await block(2, one.hash, [event(33)]);

test.each([
  [
    'an event is changed',
    changed({ 2: event(22) }),
    3,
    'block 1 or one of its 2 events was changed after it was sealed',
  ],
  [
    'a space is added to an event',
    changed({ 4: `${event(3)} ` }),
    5,
    'block 2 or one of its 1 events was changed after it was sealed',
  ],
  [
    'events are reordered',
    changed({ 6: event(5), 7: event(4) }),
    8,
    'block 3 or one of its 2 events was changed after it was sealed',
  ],
  [
    'events of two blocks are swapped',
    changed({ 2: event(3), 4: event(2) }),
    3,
    'block 1 or one of its 2 events was changed after it was sealed',
  ],
  ['an event is removed', without(1), 2, 'block 1 was sealed with 2 events, but the export has 1'],
  ['an event is added', whole.toSpliced(3, 0, event(9)), 6, 'block 2 was sealed with 1 events, but the export has 2'],
  [
    'an event is replaced and sealed again',
    changed({ 4: event(33), 5: blockLine(forged) }),
    8,
    'block 3 does not have the hash of the block before it',
  ],
  ['a block and its events are removed', without(4, 5), 6, 'block 3 follows block 1'],
  ['a block is removed but not its events', without(5), 7, 'block 3 follows block 1'],
  ['the first block is removed', without(1, 2, 3).slice(0, -1), 7, 'the end line is missing'],
  [
    'the time of a block is changed',
    changed({ 5: blockLine({ ...two, sealed_at: '2020-01-01T00:00:00.000Z' }) }),
    5,
    'block 2 or one of its 1 events was changed after it was sealed',
  ],
  [
    'a block belongs to another organization',
    changed({ 5: blockLine({ ...two, organization_id: 'org_b' }) }),
    5,
    'block 2 belongs to another organization',
  ],
  [
    'the first block has a predecessor',
    changed({ 3: blockLine({ ...one, previous: two.hash }) }),
    3,
    'block 1 does not have the hash of the block before it',
  ],
  ['the end is missing', whole.slice(0, -1), 10, 'the end line is missing'],
  [
    'an unsealed event is removed',
    without(9),
    9,
    'the export has 5 events and 3 blocks, but its end line has other counts',
  ],
  ['an event follows the end', [...whole, event(7)], 11, 'there are more lines after the end line'],
  ['a line is truncated', changed({ 4: event(3).slice(0, -1) }), 4, 'this is not an event, a block or the end line'],
  ['a line is empty', changed({ 4: '' }), 4, 'this is not an event, a block or the end line'],
  ['the export is empty', [], 1, 'the end line is missing'],
  ['its last part is missing', parts.slice(0, 6), 7, 'the end line is missing'],
  ['a part is missing', parts.toSpliced(4, 2), 5, 'block 2 was sealed with 1 events, but the export has 0'],
  [
    'a part lacks an event at its end',
    parts.toSpliced(4, 1),
    5,
    'the export has 0 events and 0 blocks, but its end line has other counts',
  ],
])('verification fails if %s', async (_what, lines, line, problem) => {
  expect(await verifyExport(lines)).toEqual({ line, problem });
});

test('a deeply nested line is rejected', async () => {
  expect(await verifyExport(['['.repeat(1_000_000)])).toEqual({
    line: 1,
    problem: 'this is not an event, a block or the end line',
  });
});
