// Tests calls of plugins with batches on Ray, with a fake Ray: what a cluster gets, and what callers get if a batch is lost.
// `npm run test:ray` tests batches with a real Ray.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { BatchFacts } from '../../../../src/contract/traffic.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { clusterApplications } from '../../../../src/features/clusters/tables.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { answerOf } from '../../../support/json-text.ts';
import { manifest } from '../../../support/plugins/plugin.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import { connect, type RayScene, rayScene } from '../scenes/ray-scene.ts';

const call = '{"inputs": {}, "parameters": {}}';
const realtime = `class RealtimeHandler:
    def run_many(self, inputs, parameters):
        return [{} for one in inputs]
`;

async function live(batching = '{"max_size": 8}', extra = ''): Promise<{ s: RayScene; id: string }> {
  const config = `serve_config = {"num_gpus": 0.5, "max_concurrency": 2, "batching": ${batching}}\n${extra}`;
  const files = {
    'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra: config }),
    'realtime.py': realtime,
  };
  const s = await rayScene({ files });
  await connect(s);
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect(row?.status).toBe('promoted');
  s.calls.splice(0);
  return { s, id };
}

const died = () => new Response('Internal Server Error', { status: 500 });
const hung = () => new Response(null, { status: 424, headers: { 'slipway-batch': '3 5' } });
const late = () => new Response(null, { status: 504 });
const occupied = () => new Response(null, { status: 429 });
const answered = (n: number) => JSON.stringify({ status: 'success', result: { n }, duration_ms: 1 });
const alone = (text: string) => () => new Response(`\n${text}`, { headers: { 'slipway-batch': '1 7' } });

/** Lets time pass before the answer. */
const after =
  ({ clock }: RayScene, ms: number, answer: () => Response) =>
  () => {
    clock.advance(ms);
    return answer();
  };

/** Answers each call in turn. */
function answerWith({ ray }: RayScene, ...answers: (() => Response)[]): void {
  ray.answer = () => answers.shift()?.();
}

const sent = ({ calls }: RayScene) =>
  calls
    .filter(({ url }) => url.startsWith('https://serve'))
    .map(({ headers }) => [headers['slipway-timeout-ms'], headers['slipway-limit-ms'], headers['slipway-alone']]);

async function crashes({ deps }: RayScene): Promise<number | undefined> {
  const [row] = await deps.db.select().from(clusterApplications);
  return row?.crashes;
}

test('a process gets two batches of calls, whatever its concurrency, and how to gather them', async () => {
  const { s } = await live('{"max_size": 8, "max_wait_ms": 5, "retry": False}');
  expect(s.ray.listed).toMatchObject([
    {
      args: {
        concurrency: 16,
        batching: { max_size: 8, max_wait_ms: 5, max_bytes: 16 * 1024 ** 2, retry: false },
        serve: { max_ongoing_requests: 17, health_check_period_s: 1 },
      },
    },
  ]);
});

test("a caller's shorter time is sent apart from the plugin's limit, which is the batch's", async () => {
  const { s, id } = await live('{}', 'permissions = {"timeout_s": 60}');
  await s.deps.builder.call(id, call, { callMs: 2000, timeLeftMs: 1500 });
  expect(sent(s)).toEqual([['1500', '60000', undefined]]);
});

test('the answer says in which batch the call ran', async () => {
  const { s, id } = await live();
  answerWith(s, () => new Response(answered(1), { headers: { 'slipway-batch': '12 40' } }));
  const batches: BatchFacts[] = [];
  await s.deps.builder.call(id, call, { onBatch: (batch) => batches.push(batch) });
  expect(batches).toEqual([{ size: 12, waitedMs: 40 }]);
});

test('a call that accepts a stream gets an ordinary answer', async () => {
  const { s, id } = await live();
  answerWith(s, () => new Response(answered(1)));
  const answer = await s.deps.builder.callStreaming(id, call);
  expect('lines' in answer ? answer : answerOf(answer)).toMatchObject({ result: { n: 1 } });
  expect(s.calls.at(-1)?.headers.accept).toBeUndefined();
});

test.each([
  ['hung', hung, 0],
  ['died', died, 1],
])(
  'if the process of a batch %s, the call is sent again, alone, with the time that is left',
  async (_, loss, counted) => {
    const { s, id } = await live();
    const batches: BatchFacts[] = [];
    answerWith(s, after(s, 10_000, loss), alone(answered(2)));
    const answer = await s.deps.builder.call(id, call, { onBatch: (batch) => batches.push(batch) });
    expect(answerOf(answer)).toMatchObject({ result: { n: 2 } });
    expect(sent(s)).toEqual([
      ['30000', '30000', undefined],
      ['20000', '20000', '1'],
    ]);
    expect(batches.at(-1)).toEqual({ size: 1, waitedMs: 7 });
    expect(await crashes(s)).toBe(counted);
  },
);

test('a call that waits alone for its turn is sent again as long as processes die before it runs', async () => {
  const { s, id } = await live();
  answerWith(s, died, died, occupied, died, alone(answered(3)));
  expect(answerOf(await s.deps.builder.call(id, call))).toMatchObject({ result: { n: 3 } });
});

test.each([
  ['kills its process alone', alone(''), 'instance-crashed'],
  ['takes too long alone', alone('late'), 'call-timeout'],
])('a call that %s gets that error, and is not sent again', async (_, second, code) => {
  const { s, id } = await live();
  answerWith(s, died, second, alone(answered(1)));
  await expect(s.deps.builder.call(id, call)).rejects.toMatchObject({ code });
  expect(sent(s)).toHaveLength(2);
});

test.each([
  ['hung', hung, 0],
  ['died', died, 1],
])('a call whose batch %s is lost if less than a tenth of its time is left', async (_, loss, counted) => {
  const { s, id } = await live();
  answerWith(s, after(s, 27_001, loss), alone(answered(1)));
  const message = expect.stringContaining('Any call of its batch may be the cause');
  const lost = { code: 'batch-lost', message, crashes: counted };
  await expect(s.deps.builder.call(id, call)).rejects.toMatchObject(lost);
  expect(sent(s)).toHaveLength(1);
});

test.each([
  ['dies', died, 'instance-crashed'],
  ['hangs', late, 'call-timeout'],
])('with `retry: False`, a call whose process %s is not sent again', async (_, loss, code) => {
  const { s, id } = await live('{"retry": False}');
  answerWith(s, loss, alone(answered(1)));
  await expect(s.deps.builder.call(id, call)).rejects.toMatchObject({ code });
  expect(sent(s)).toHaveLength(1);
});
