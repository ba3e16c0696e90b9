// Defines the kernel limits of each kind of process that the builder starts: plugins, the Go compiler, the rest of the Go
// toolchain, and Git. slipway_host/confine.py sets them before the program runs. Limits of calls, builds and fetches are in
// src/contract/limits/builder.ts.
import { availableParallelism } from 'node:os';
import type { Serving } from '../../../src/contract/builder/serving.ts';
import type { Limits } from '../settings.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/** Processors that one instance or build may keep busy. One is left for the builder, where there are several. */
export const processors = Math.max(1, availableParallelism() - 1);

/** Hard limits of each process. */
export interface ProcessLimits {
  /** Memory of all its processes together, or of each where only that can be limited. */
  memoryBytes: number;
  /** Each file that it writes. */
  fileBytes: number;
  openFiles: number;
  /** Threads count too. In a control group: its processes; otherwise those of the user, or null where it is the builder's own. */
  processes: number | null;
  /** Whether it may start processes where no control group counts their memory. */
  startsProcesses: boolean;
  /** Null for none. */
  cpuSeconds: number | null;
  /** Whether it yields the processor to calls (priority.ts). */
  isBackground: boolean;
  temp: TempLimits;
  /** It reserves addresses that it never uses, so that their number is no limit. Its memory is counted or watched in any case. */
  reservesAddresses?: true;
}

/** Limits of its temporary folder. */
export interface TempLimits {
  bytes: number;
  /** Files and folders. Each uses about 1 KiB of the kernel's memory, however small it is. */
  files: number;
}

const pluginTemp: TempLimits = { bytes: 256 * MiB, files: 16_384 };

/** The processes of an instance share its memory. Where they run as one user, they also share the number of threads. */
export function pluginProcessLimits(
  { memoryBytes }: Pick<Limits, 'memoryBytes'>,
  { replicas }: Pick<Serving, 'replicas'> = { replicas: 1 },
  isBackground = false,
): ProcessLimits {
  return {
    memoryBytes: Math.floor(memoryBytes / replicas),
    fileBytes: 256 * MiB,
    openFiles: 256,
    processes: 128 * replicas,
    startsProcesses: false,
    cpuSeconds: null,
    isBackground,
    temp: pluginTemp,
  };
}

const compilerTemp: TempLimits = { bytes: GiB, files: 65_536 };
/** Trusted programs are not confined, and use the machine's. Never 0, which the kernel takes for no limit. */
const noTemp: TempLimits = { bytes: MiB, files: 100 };

/** Limits of `go build` and the compiler and linker processes that it starts. */
export function compilerProcessLimits(limits: Limits): ProcessLimits {
  return {
    memoryBytes: limits.buildMemoryBytes,
    fileBytes: limits.artifactBytes,
    openFiles: 1024,
    processes: 1024,
    startsProcesses: true,
    cpuSeconds: limits.buildCpuSeconds,
    isBackground: true,
    temp: compilerTemp,
  };
}

/** Limits of the analyzer, which reads all packages into memory, and of the `go list` that it starts. */
export function analyzerProcessLimits(limits: Limits): ProcessLimits {
  return {
    ...compilerProcessLimits(limits),
    memoryBytes: limits.analysisMemoryBytes,
    cpuSeconds: limits.analysisCpuSeconds,
  };
}

/** Limits of the toolchain outside of the sandbox. A module's zip and its unpacked files count toward `fileBytes`. */
export function toolchainProcessLimits(limits: Limits): ProcessLimits {
  return {
    memoryBytes: limits.buildMemoryBytes,
    fileBytes: 2 * limits.artifactBytes,
    openFiles: 1024,
    processes: null,
    startsProcesses: true,
    cpuSeconds: null,
    isBackground: true,
    temp: noTemp,
  };
}

/** Limits of what installs packages: uv, and the programs that pack and unpack environments. */
export function environmentProcessLimits(limits: Limits): ProcessLimits {
  return {
    memoryBytes: 16 * GiB,
    // An archive may be larger than the files in it.
    fileBytes: 2 * limits.environmentBytes,
    openFiles: 4096,
    processes: null,
    startsProcesses: true,
    cpuSeconds: null,
    isBackground: true,
    temp: noTemp,
  };
}

/** Limits of Git. A fetch writes a single pack, so `fileBytes` limits how much it downloads. */
export function gitProcessLimits(limits: Limits): ProcessLimits {
  return {
    memoryBytes: 4 * GiB,
    fileBytes: limits.fetchBytes,
    openFiles: 256,
    processes: null,
    startsProcesses: true,
    cpuSeconds: null,
    isBackground: true,
    temp: noTemp,
  };
}

/** Memory of an isolate's process: workerd itself, and the plugin's memory of up to 96 MiB with its compiled code. */
export const isolateMemoryBytes = 384 * MiB;

/** The group in which the start tries whether the kernel enforces limits. */
export const probeLimits = { memoryBytes: 16 * MiB, processes: 4, cpus: 1, isBackground: false };
