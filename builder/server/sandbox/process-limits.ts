// Defines the kernel limits for each kind of process that the builder starts: plugins, the Go compiler, the Go toolchain and Git.
// slipway_host/confine.py sets them before the program runs. Limits for calls, builds and fetches are in
// src/contract/limits/builder.ts.
import { availableParallelism } from 'node:os';
import type { Serving } from '../../../src/contract/builder/serving.ts';
import type { Limits } from '../core/settings.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/** CPUs that one instance or build may keep busy. If there are several, one is left for the builder. */
export const processors = Math.max(1, availableParallelism() - 1);

/** Hard limits for each process. */
export interface ProcessLimits {
  /** Memory of all its processes together, or of each one if only single processes can be limited. */
  memoryBytes: number;
  /** Maximum size of each file that it writes. */
  fileBytes: number;
  openFiles: number;
  /**
   * Includes threads. In a control group, this counts the group's own processes; otherwise the user's, or null if the user is the
   * builder's own.
   */
  processes: number | null;
  /** True if it may start processes even though no control group counts their memory. */
  startsProcesses: boolean;
  /** Null for no limit. */
  cpuSeconds: number | null;
  /** True if the process yields the CPU to calls (priority.ts). */
  isBackground: boolean;
  temp: TempLimits;
  /**
   * Set if the process reserves address space that it never uses. Its address space isn't limited, but its memory is still counted or
   * measured.
   */
  reservesAddresses?: true;
}

/** Limits for its temporary folder. */
export interface TempLimits {
  bytes: number;
  /** Includes folders. Even a tiny file uses about 1 KiB of kernel memory. */
  files: number;
}

const pluginTemp: TempLimits = { bytes: 256 * MiB, files: 16_384 };

/** An instance's processes share its memory limit. If they run as the same user, they also share the thread limit. */
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
/** Trusted programs aren't confined, and use the machine's temporary folder. Never 0, which the kernel treats as no limit. */
const noTemp: TempLimits = { bytes: MiB, files: 100 };

/** Limits for `go build` and the compiler and linker processes that it starts. */
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

/** Limits for the analyzer, which reads all packages into memory, and for the `go list` that it starts. */
export function analyzerProcessLimits(limits: Limits): ProcessLimits {
  return {
    ...compilerProcessLimits(limits),
    memoryBytes: limits.analysisMemoryBytes,
    cpuSeconds: limits.analysisCpuSeconds,
  };
}

/** Limits for the toolchain outside the sandbox. A module's zip and its unpacked files count toward `fileBytes`. */
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

/** Limits for programs that install packages: uv, and the programs that pack and unpack environments. */
export function environmentProcessLimits(limits: Limits): ProcessLimits {
  return {
    memoryBytes: 16 * GiB,
    // An archive may be larger than its files.
    fileBytes: 2 * limits.environmentBytes,
    openFiles: 4096,
    processes: null,
    startsProcesses: true,
    cpuSeconds: null,
    isBackground: true,
    temp: noTemp,
  };
}

/** Limits for Git. A fetch writes a single pack, so `fileBytes` limits the download. */
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

/** Memory for an isolate's process: workerd itself, plus the plugin's memory of up to 96 MiB and its compiled code. */
export const isolateMemoryBytes = 384 * MiB;

/** Limits of the group that the builder uses at startup to test whether the kernel enforces limits. */
export const probeLimits = { memoryBytes: 16 * MiB, processes: 4, cpus: 1, isBackground: false };
