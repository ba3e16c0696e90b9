// Starts plugins whose concurrent calls are gathered into batches, and lets calls gather.
import { readdirSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { callAnswerSchema, PythonSpec } from '../../../src/contract/builder/instances.ts';
import type { Serving } from '../../../src/contract/builder/serving.ts';
import { type Batching, batchingSchema } from '../../../src/contract/plugin/batching.ts';
import { eventually, handler, refusal, type TestBuilder } from '../support.ts';

/** The handler says which inputs were in each call's batch, and does what they ask for. */
export const echo = handler(
  [
    'def run_many(self, inputs, parameters):',
    '    print("batch", [one.get("n") for one in inputs], flush=True)',
    '    if any("seconds" in one for one in inputs):',
    '        time.sleep(max(one.get("seconds", 0) for one in inputs))',
    '    if any(one.get("die") for one in inputs):',
    '        os._exit(9)',
    '    if any(one.get("poison") for one in inputs):',
    '        raise RuntimeError("CUDA error: device-side assert triggered")',
    '    for one in inputs:',
    '        if one.pop("raise", False):',
    '            raise ValueError(f"{one[\'n\']} is bad")',
    '    together = [one.get("n") for one in inputs]',
    '    return [{"n": one.get("n"), "together": together, **parameters} for one in inputs]',
  ].join('\n'),
  'import os\nimport time',
);

let count = 0;

/** Starts an instance and returns its ID. */
export async function run(
  builder: TestBuilder,
  files: Parameters<TestBuilder['putPlugin']>[0],
  batching: Partial<Batching> = {},
  serving: Partial<Serving> = {},
  permissions: PythonSpec['permissions'] = {},
): Promise<string> {
  const id = `dep_b${count++}`;
  const asked = { replicas: 1, ...serving, batching: batchingSchema.parse(batching) };
  const events = await builder.put(id, { ...(await builder.putPlugin(files)), serving: asked, permissions });
  if (events.at(-1)?.type !== 'ready') throw new Error(JSON.stringify(events.at(-1)));
  return id;
}

export type Outcome = z.infer<typeof callAnswerSchema> | string;

/** Sends calls one after the other, so that they wait in this order. Returns what each caller gets: an answer or a refusal. */
export async function sendInOrder(
  builder: TestBuilder,
  id: string,
  calls: readonly object[],
  parameters: object = {},
): Promise<Promise<Outcome>[]> {
  const answers: Promise<Outcome>[] = [];
  for (const inputs of calls) {
    const before = (await builder.status(id)).calls;
    answers.push(outcome(builder, id, inputs, parameters));
    await eventually(async () => (await builder.status(id)).calls).toBe(before + 1);
  }
  return answers;
}

export async function outcome(builder: TestBuilder, id: string, inputs: object, parameters: object = {}) {
  const answer = await builder.invoke(id, inputs, parameters);
  return answer.status === 200 ? (answer.body as z.infer<typeof callAnswerSchema>) : refusal(answer);
}

/** Sends a call whose process is stopped until the others have gathered, however long that takes. Returns what `gather` returns. */
export async function whileBusy<Gathered>(
  builder: TestBuilder,
  id: string,
  gather: () => Promise<Gathered>,
): Promise<Gathered> {
  const workers = builder.workers();
  for (const pid of workers) process.kill(pid, 'SIGSTOP');
  try {
    await eventually(() => workers.every(isStopped)).toBe(true);
    const [first] = await sendInOrder(builder, id, [{ n: 'first' }]);
    const gathered = await gather();
    void first?.catch(() => {});
    return gathered;
  } finally {
    for (const pid of workers) process.kill(pid, 'SIGCONT');
  }
}

/** Returns whether all threads have stopped: a busy machine may run one for a while after the signal was sent. */
function isStopped(pid: number): boolean {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).every((thread) => /^State:\s+T/m.test(readFileSync(`${folder}/${thread}/status`, 'utf8')));
}

/** Lets the calls gather, and returns what each of their callers gets. */
export async function together(
  builder: TestBuilder,
  id: string,
  calls: readonly object[],
  parameters: object = {},
): Promise<Outcome[]> {
  return Promise.all(await whileBusy(builder, id, () => sendInOrder(builder, id, calls, parameters)));
}
