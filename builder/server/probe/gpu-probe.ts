// Tries a card before it is lent: a plugin in the sandbox allocates on it, and the driver must name that process. Otherwise nobody
// knows which process uses how much.
import { join } from 'node:path';
import { z } from 'zod';
import { callAnswerSchema } from '../../../src/contract/builder/instances.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { gpuLimits } from '../../../src/contract/limits/gpus.ts';
import type { Limits } from '../core/settings.ts';
import { type Card, type Found, usedBy } from '../gpus/card.ts';
import type { GpuWatch } from '../gpus/gpu-watch.ts';
import { grantOf, groupOf } from '../gpus/loan.ts';
import { LogWriter } from '../processes/log-writer.ts';
import { Cancellation } from '../processes/plugin-call.ts';
import { hostFolder } from '../programs/host-scripts.ts';
import { pythonCommand } from '../python/python-command.ts';
import { PythonProcess } from '../python/python-process.ts';
import type { Homes } from '../sandbox/homes.ts';
import { pluginProcessLimits } from '../sandbox/process-limits.ts';
import { copyReadable } from '../sandbox/readable-copies.ts';
import type { Confiner } from '../sandbox/sandbox.ts';

/** Time for the driver to name a process that has allocated. */
const attributedMs = 2500;

const reportSchema = z.object({ failure: z.string().nullable(), devices: z.array(z.string()) });

export interface ProbeMachine extends Confiner {
  limits: Limits;
  homes: Homes;
  /** The module that allocates. */
  allocator: string;
  watch: GpuWatch;
}

/** The result of trying a card. */
export interface Probed {
  /** Bytes that CUDA took in addition to the allocation. Null if the driver doesn't name the process. */
  contextBytes: number | null;
}

/** Returns why the card can't be lent, as a clause. */
export async function probeCard(machine: ProbeMachine, card: Card, found: Found): Promise<Probed | string> {
  const { allocator, homes, limits, sandbox } = machine;
  const home = await homes.make({ kind: 'probe' }, sandbox, pluginProcessLimits(limits));
  try {
    await copyReadable(join(hostFolder, 'gpu_probe.py'), join(home.code, 'realtime.py'));
    await copyReadable(allocator, join(home.code, 'allocate.py'));
    const gpus = { ...grantOf({ cards: [card], bytes: null }, found, 0), watch: () => () => {} };
    const lines: string[] = [];
    const log = new LogWriter(({ line }) => lines.push(line), 500, Date.now);
    const plugin = { plugin: { name: 'probe', version: '1.0.0' }, dependencies: [] };
    const worker = new PythonProcess(
      pythonCommand(machine, home, { gpus }),
      { limits, log, onCallEnded: () => {} },
      plugin,
    );
    try {
      const failure = await allocate(worker);
      if (failure !== undefined) return explained(failure, lines);
      return { contextBytes: await attributed(machine.watch, card, groupOf(home)) };
    } finally {
      await worker.end('probed');
    }
  } finally {
    await home.remove();
  }
}

/** Returns why the process couldn't be started, or couldn't allocate. */
async function allocate(worker: PythonProcess): Promise<string | undefined> {
  const failed = await worker.load(() => {});
  if (failed) return failed.message;
  const body = Buffer.from(JSON.stringify({ inputs: { bytes: gpuLimits.probeBytes }, parameters: {} }));
  const call = { body, requestId: '', limitMs: builderLimits.callMs, cancellation: new Cancellation() };
  const answer = await worker.call({ ...call, hold: () => () => {} }).catch((error: Error) => error.message);
  if (typeof answer === 'string') return answer;
  const parsed = callAnswerSchema.parse(JSON.parse(new TextDecoder().decode(answer)));
  if (parsed.status === 'error') return parsed.error.message;
  return reportSchema.parse(parsed.result).failure ?? undefined;
}

/** Returns the bytes that the process uses in addition to its allocation, once the driver names it. Null if it doesn't. */
async function attributed(watch: GpuWatch, card: Card, group: string | undefined): Promise<number | null> {
  if (group === undefined) return null;
  for (const until = Date.now() + attributedMs; Date.now() < until; await watch.next(attributedMs)) {
    const use = watch.use.find(({ uuid }) => uuid === card.uuid);
    const bytes = use ? usedBy(use, group) : 0;
    if (bytes >= gpuLimits.probeBytes) return bytes - gpuLimits.probeBytes;
  }
  return null;
}

/** The kernel refuses a procfs of its own where the container's is masked. */
function explained(failure: string, lines: readonly string[]): string {
  if (lines.some((line) => line.includes('procfs of its own')))
    return 'the kernel refuses a procfs of its own, because parts of /proc are masked here. In Docker, start the container with `--security-opt systempaths=unconfined`.';
  return `a process in the sandbox can't use the card: ${failure} ${lines.at(-1) ?? ''}`.trim();
}
