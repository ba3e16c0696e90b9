// Tests `slipway events`: an export that resumes after interruptions and verifies its seals, and the message about archived events.
import { expect, test } from 'vitest';
import { genesisHash, hashBlock } from '../../../src/contract/events/event-block.ts';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const event = (n: number) => `{"actor":{},"data":{"note":"\u009b${n}"},"id":"evt_${n}","type":"upload.created"}`;

async function blockOf(number: number, previous: string, events: string[]) {
  const head = {
    ...{ organization_id: 'org_a', number, previous, events: events.length },
    sealed_at: '2026-11-20T12:00:00.000Z',
  };
  return { ...head, hash: await hashBlock(head, events) };
}

const one = await blockOf(1, genesisHash, [event(1), event(2)]);
const two = await blockOf(2, one.hash, [event(3), event(4)]);
const sealed = [event(1), event(2), JSON.stringify({ block: one }), event(3), event(4), JSON.stringify({ block: two })];
const whole = [...sealed, event(5), '{"end":{"blocks":2,"events":5}}'];
const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('');

const intact = `✓ 4 events in 2 blocks are intact; 1 events are not sealed yet
  the last block is ${two.hash}; store this hash elsewhere to detect later changes
`;

async function exported(...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const ran = await inProcess(['events', '--export'], { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' });
  return { ...ran, requests: server.received.map(({ url }) => url.replace('/v1/events/export?', '')) };
}

test('the export is printed byte for byte, and its seals are verified', async () => {
  expect(await exported({ body: text(whole) })).toEqual({
    exit: 'done',
    stdout: text(whole),
    stderr: intact,
    requests: ['from_block=1&skip=0'],
  });
});

test('parts of an interrupted export form one export that has each event once', async () => {
  const answers: Scripted[] = [
    { body: `${text(sealed.slice(0, 1))}${event(2).slice(0, 20)}`, broken: true },
    { body: text([event(2), JSON.stringify({ block: one }), event(3)]), broken: true },
    { body: text([event(4), '{"end":{"blocks":0,"events":1,"next":{"from_block":2,"skip":2}}}']) },
    { body: `${text([JSON.stringify({ block: two })])}${event(5).slice(0, 20)}` },
    { body: text(whole.slice(6)) },
  ];
  expect(await exported(...answers)).toEqual({
    exit: 'done',
    stdout: text(whole),
    stderr: intact,
    requests: [
      'from_block=1&skip=0',
      'from_block=1&skip=1',
      'from_block=2&skip=1',
      'from_block=2&skip=2',
      'from_block=3&skip=0',
    ],
  });
});

test('an export that does not verify is printed in full, and fails', async () => {
  const tampered = text(whole).replace('evt_3', 'evt_33');
  const { exit, stdout, stderr } = await exported({ body: tampered });
  expect([exit, stdout]).toEqual(['failed', tampered]);
  expect(stderr).toContain('line 6 does not verify: block 2 or one of its 2 events was changed after it was sealed');
});

test('a connection that breaks repeatedly ends the export', async () => {
  const broken = { body: event(1).slice(0, 20), broken: true };
  const { exit, requests } = await exported(...Array.from({ length: 9 }, () => broken));
  expect([exit, requests]).toEqual(['unreachable', Array.from({ length: 5 }, () => 'from_block=1&skip=0')]);
});

test('a refused export is not retried', async () => {
  const { exit, requests } = await exported({ status: 403, body: { error: { message: 'Use another key.' } } });
  expect([exit, requests]).toEqual(['denied', ['from_block=1&skip=0']]);
});

test('the last page shows the time up to which events were archived', async () => {
  const run = async (next_cursor: string | null) => {
    const body = { results: [], pagination: { limit: 50, next_cursor }, archived_until: '2026-11-20T12:00:00.000Z' };
    await using server = await scriptedServer({ body }, { body: { results: [], pagination: { next_cursor: null } } });
    return await inProcess(['events'], { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' });
  };
  expect((await run(null)).stderr).toBe(
    'Events up to 2026-11-20 12:00:00Z are archived. `slipway events --export` prints them too.\n',
  );
  expect((await run('c2')).stderr).toBe('There are more results; repeat with --cursor c2\n');
});
