// Builds a Python worker's command: host-python/host.py with one plugin's code.
import { availableParallelism } from 'node:os';
import { worksOnRuns } from '../../../src/contract/builder/batch.ts';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import { type Serving, streamSettings } from '../../../src/contract/builder/serving.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { formatMiB } from '../../../src/core/quantities.ts';
import type { Limits } from '../core/settings.ts';
import type { Command } from '../programs/command.ts';
import { proxyVariables, type Relay } from '../relay/relay.ts';
import { certificateMounts } from '../sandbox/certificates.ts';
import { type ProcessLimits, pluginProcessLimits } from '../sandbox/process-limits.ts';
import {
  type Confinement,
  type Confiner,
  confinedCommand,
  type GpuGrant,
  type Home,
  hasOwnRoot,
  type Mount,
  tempInside,
} from '../sandbox/sandbox.ts';

const codeInside = '/plugin';
const shimsInside = '/slipway/shims';

const packagesInside = '/packages';
const modelsInside = '/models';

/** Some packages look for programs on PATH when they are imported. These folders contain none. */
const searchPath = { PATH: '/usr/bin:/bin' };

/** Allow no more threads than a plugin's share of a machine, because each numeric-library thread reserves address space. */
const numericThreads = String(Math.min(4, availableParallelism()));
const threadVariables = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMEXPR_NUM_THREADS'];
const threads = Object.fromEntries(threadVariables.map((name) => [name, numericThreads]));

/** Threads that run a plain method's calls, if the plugin doesn't set its concurrency. */
const usualThreads = 8;
/** Further calls wait for a thread. */
const threadsMax = 64;

/** Returns the folders that every plugin reads, with their paths in its root. */
export function pluginFolders({ code, host }: Pick<Home, 'code' | 'host'>): Mount[] {
  return [
    [`${host}/shims`, shimsInside],
    [code, codeInside],
  ];
}

export interface PythonProgram {
  /** The folder with the environment's packages, if the plugin has any. */
  packages?: string | undefined;
  /** The plugin's model files, by name. */
  models?: ReadonlyMap<string, string>;
  serving?: Serving;
  /** Carries the plugin's connections to granted hosts. */
  relay?: Relay | undefined;
  /** The GPUs that it may use. */
  gpus?: GpuGrant | undefined;
  /** The entry point that its calls run. */
  entry?: PythonSpec['entry'];
}

/** Only `slipway test` runs steps without the GPU that they ask for. A builder makes them fail. */
export type PythonMachine = Confiner & { limits: Limits; runsGpuSteps?: boolean };

export function pythonCommand(
  machine: PythonMachine,
  home: Home,
  { packages, relay, entry, gpus, models = new Map(), serving = { replicas: 1 } }: PythonProgram = {},
): Command {
  const { sandbox, limits } = machine;
  const inside = hasOwnRoot(sandbox);
  const shims = `${home.host}/shims`;
  const confinement: Confinement = {
    readOnly: [
      ...pluginFolders(home),
      ...(packages === undefined ? [] : [[packages, packagesInside] satisfies Mount]),
      ...[...models].map(([name, path]) => [path, `${modelsInside}/${name}`] satisfies Mount),
      ...(relay ? certificateMounts() : []),
    ],
    writable: [],
    network: false,
    ...(relay ? { relay } : {}),
    ...(gpus ? { gpus } : {}),
  };
  const processLimits = withGpus(pluginProcessLimits(limits, serving, worksOnRuns({ entry })), gpus);
  const temp = tempInside(sandbox, home);
  const settings = {
    code: inside ? codeInside : home.code,
    shims: inside ? shimsInside : shims,
    packages: inside && packages !== undefined ? packagesInside : (packages ?? null),
    models: Object.fromEntries([...models].map(([name, path]) => [name, inside ? `${modelsInside}/${name}` : path])),
    temp,
    answer_bytes: limits.callBytes,
    stream: streamSettings(limits),
    limit_notes: limitNotes(processLimits),
    entry: entry === 'run' ? 'pipeline' : (entry ?? 'realtime'),
    runs_gpu_steps: gpus !== undefined || (machine.runsGpuSteps ?? false),
    gpu_bytes: gpus?.allocator?.bytes ?? null,
    batching: serving.batching && { retry: serving.batching.retry },
    threads: Math.min(serving.concurrency ?? usualThreads, threadsMax),
  };
  return confinedCommand(machine, home, {
    script: 'host.py',
    settings,
    confinement,
    limits: processLimits,
    environment: {
      ...searchPath,
      NUMBA_CACHE_DIR: `${temp}/numba`,
      ...(packages === undefined ? {} : threads),
      ...(relay ? proxyVariables : {}),
      ...(gpus ? gpuVariables(gpus) : {}),
    },
  });
}

/** CUDA reserves addresses for all memory that it could map. */
function withGpus(limits: ProcessLimits, gpus: GpuGrant | undefined): ProcessLimits {
  return gpus ? { ...limits, reservesAddresses: true } : limits;
}

/** JAX reads its part of the card when it starts. Torch gets its part from the host (slipway_host/torch_share.py). */
function gpuVariables({ allocator, libraries, visible }: GpuGrant): Record<string, string> {
  return {
    CUDA_VISIBLE_DEVICES: visible,
    ...(libraries === null ? {} : { LD_LIBRARY_PATH: libraries }),
    ...(allocator ? { XLA_PYTHON_CLIENT_MEM_FRACTION: allocator.part.toFixed(3) } : {}),
  };
}

/** Sentences that the Python host adds to a plugin error caused by a limit (slipway_host/failure.py). */
function limitNotes({ fileBytes, memoryBytes, openFiles, processes, temp }: ProcessLimits) {
  return {
    memory: `The process may use ${formatMiB(memoryBytes)} of memory. ${raisedBy.memory}`,
    temp: `The temporary folder holds up to ${formatMiB(temp.bytes)} or ${temp.files} files. ${raisedBy.temp}`,
    file: `A file may have up to ${formatMiB(fileBytes)}. ${raisedBy.file}`,
    open_files: `The process may have ${openFiles} open files and connections. ${raisedBy.openFiles}`,
    threads: `The plugin may run ${processes} threads and processes. ${raisedBy.threads}`,
    answer: raisedBy.answer,
  };
}
