// Tests how calls by version and streams say which version answers, and which keys of callers are refused.
import { expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { makeLive, releasing, start, twoLive } from '../../support/scenes/releasing.ts';
import { byName, call } from './choosing.ts';

const atHalf = { steps: [{ percent: 50 }], hold: '24h' };

test('a call by version says which version answered', async () => {
  const r = await twoLive();
  expect((await call(r.org, `${r.org.plugins}/hello_ext_1_0_1/realtime/test`)).version).toBe('1.0.1');
});

test('a stream says which version answers', async () => {
  const r = await twoLive();
  const yields = plugin({
    version: '1.0.2',
    files: {
      'realtime.py': `class NumberInferenceService:
    async def run_inference(self, inputs, parameters):
        yield 1
`,
    },
  });
  await publish(r.org, yields);
  await makeLive(r, '1.0.2');
  const { headers, version } = await call(r.org, byName(r), { accept: 'text/event-stream' });
  expect([headers.get('content-type'), version]).toEqual([expect.stringContaining('text/event-stream'), '1.0.2']);
});

test('a key that is empty or too long is refused', async () => {
  const r = await releasing();
  for (const key of ['', 'x'.repeat(1000)])
    expect((await call(r.org, byName(r), { 'slipway-key': key })).status, key).toBe(422);
});

test('calls with the same key get the same version during a release, and both versions answer', async () => {
  const r = await twoLive();
  expect((await start(r, '1.0.1', atHalf)).status).toBe(201);
  const versions: Record<string, Set<string | null>> = {};
  for (let round = 0; round < 2; round += 1)
    for (let caller = 0; caller < 16; caller += 1) {
      const key = `user-${caller}`;
      const { version } = await call(r.org, byName(r), { 'slipway-key': key });
      versions[key] = (versions[key] ?? new Set()).add(version);
    }
  const seen = Object.values(versions).map((own) => [...own]);
  expect(seen.filter(({ length }) => length !== 1)).toEqual([]);
  expect(new Set(seen.flat())).toEqual(new Set(['1.0.0', '1.0.1']));
});
