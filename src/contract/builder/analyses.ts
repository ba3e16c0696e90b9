// Defines the builder's POST /analyses, which reports what a Go plugin's program can reach: the spec and the result.
import { z } from 'zod';
import { sha256Hex } from '../../core/digest.ts';
import type { Affected, Reach } from '../advisories.ts';
import { sha256Text } from '../digests.ts';
import { hostedFor } from './hosted-for.ts';

/** Capslock's capabilities, each with what it lets a plugin do. */
export const goCapabilities = {
  ARBITRARY_EXECUTION: 'runs assembly, or code that was linked past the compiler',
  CGO: 'calls C',
  EXEC: 'starts other programs',
  FILES: 'reads or writes files',
  MODIFY_SYSTEM_STATE: 'changes the environment, the working directory or signal handlers',
  NETWORK: 'connects to the network or listens for connections',
  OPERATING_SYSTEM: 'uses other operating system functions',
  READ_SYSTEM_STATE: 'reads the environment, the working directory, users or network interfaces',
  REFLECT: "copies values by reflection, which the analysis can't follow",
  RUNTIME: 'changes or reads the Go runtime',
  SYSTEM_CALLS: 'makes its own system calls',
  UNANALYZED: "does something that the analysis can't follow",
  UNSAFE_POINTER: 'converts unsafe pointers',
} as const;

export const goCapabilityNames = Object.keys(goCapabilities) as [GoCapability, ...GoCapability[]];
export type GoCapability = keyof typeof goCapabilities;

/** A function name, or a message about it; the analyzer shortens longer ones. */
const shortText = z.string().max(1000);

export const reachedCapabilitySchema = z.object({
  name: z.enum(goCapabilityNames),
  /** An example path from the plugin's own function (`plugin.…`) to the one with the capability. `…` stands for omitted functions. */
  path: z.array(shortText).max(16),
  /** The first module on the path that the plugin requires, as `path@version`. Null if the plugin itself uses the standard library. */
  module: shortText.nullable(),
  /** The first function of that module, or else the last one on the path. */
  through: shortText,
  /** Why the analysis failed. Set only on UNANALYZED. */
  reason: shortText.optional(),
});
export type ReachedCapability = z.infer<typeof reachedCapabilitySchema>;

export const analysisSchema = z.object({
  /** Digest of the analyzer, the toolchain and the target. The same source and recipe always give the same result. */
  recipe: sha256Text,
  /** Reached capabilities by name, each once. */
  reached: z.array(reachedCapabilitySchema).max(goCapabilityNames.length),
});
export type Analysis = z.infer<typeof analysisSchema>;

/** An analysis as the builder returns it. */
export const programAnalysisSchema = analysisSchema.extend({
  /**
   * A line for each package that is compiled in, except the plugin's own: its path, then the functions that the plugin's code reaches,
   * separated by spaces: `net/url Parse URL.String`. Null if the program could not be analyzed.
   */
  functions: z.string().nullable(),
});
export type ProgramAnalysis = z.infer<typeof programAnalysisSchema>;

/** Reached functions by package, separated by spaces. */
export type ReachedFunctions = ReadonlyMap<string, string>;

/** Parses `ProgramAnalysis.functions`. */
export function parseReached(functions: string): ReachedFunctions {
  const lines = functions.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const end = line.indexOf(' ');
      return end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)];
    }),
  );
}

/** Compares what a program reaches with what an advisory names. An advisory that names nothing says nothing about reach. */
export function reachOf(reached: ReachedFunctions, { imports = [] }: Pick<Affected, 'imports'>): Reach {
  let found: Reach = imports.length === 0 ? 'unknown' : 'none';
  for (const { path, symbols } of imports) {
    const functions = reached.get(path);
    if (functions === undefined) continue;
    if (symbols.length === 0) found = 'package';
    const names = new Set(functions.split(' '));
    if (symbols.some((symbol) => names.has(symbol))) return 'symbol';
  }
  return found;
}

export const analysisSpecSchema = z.strictObject({
  runtime: z.literal('go'),
  organization: hostedFor,
  /** SHA-256 of the source archive, a zip sent with PUT /blobs/{sha256}. */
  archive: sha256Text,
});
export type AnalysisSpec = z.infer<typeof analysisSpecSchema>;

/** The analysis part of the Worker's builder client (contract/builder/instances.ts). */
export interface ProgramAnalyzer {
  /**
   * Analyzes what a source's program can reach, on its `buildHost`. A failed analysis is a valid result. Joins an identical analysis in
   * progress.
   */
  analyze(spec: AnalysisSpec): Promise<ProgramAnalysis>;
}

/** Returns an analysis ID. The archive includes go.mod and go.sum, which pin the source of every module. */
export function analysisKey(archive: string, recipe: string): Promise<string> {
  return sha256Hex(`analysis\0${archive}\0${recipe}`);
}

/** Returns the result of a failed analysis: nothing is known, so assume that everything may be reached. */
export function unanalyzed(reason: string): ReachedCapability {
  const shown = reason.length > 1000 ? `${reason.slice(0, 999)}…` : reason;
  return { name: 'UNANALYZED', path: [], module: null, through: '', reason: shown };
}

/** Returns why the program wasn't analyzed, or undefined if it was. */
export function analysisFailure(reached: readonly ReachedCapability[]): string | undefined {
  return reached.find(({ reason }) => reason !== undefined)?.reason;
}
