// Defines POST /analyses of the builder, which reports what a Go plugin's program can reach: the spec and the result.
import { z } from 'zod';
import { sha256Hex } from '../../core/digest.ts';
import { sha256Text } from '../digests.ts';
import { hostedFor } from './hosted-for.ts';

/** Capslock's capabilities, each with what a plugin that reaches it can do. */
export const goCapabilities = {
  ARBITRARY_EXECUTION: 'runs assembly, or code that was linked past the compiler',
  CGO: 'calls C',
  EXEC: 'starts other programs',
  FILES: 'reads or writes files',
  MODIFY_SYSTEM_STATE: 'changes the environment, the working directory or signal handlers',
  NETWORK: 'connects to the network or listens',
  OPERATING_SYSTEM: 'uses other functions of the operating system',
  READ_SYSTEM_STATE: 'reads the environment, the working directory, users or network interfaces',
  REFLECT: 'copies values by reflection, which the analysis cannot follow',
  RUNTIME: "changes or reads Go's runtime",
  SYSTEM_CALLS: 'makes system calls of its own',
  UNANALYZED: 'does something that the analysis cannot follow',
  UNSAFE_POINTER: 'converts unsafe pointers',
} as const;

export const goCapabilityNames = Object.keys(goCapabilities) as [GoCapability, ...GoCapability[]];
export type GoCapability = keyof typeof goCapabilities;

/** A function's name, or a message about it; the analyzer shortens longer ones. */
const shortText = z.string().max(1000);

export const reachedCapabilitySchema = z.object({
  name: z.enum(goCapabilityNames),
  /** An example: the functions from the plugin's own (`plugin.…`) to the one with the capability. `…` stands for those left out. */
  path: z.array(shortText).max(16),
  /** The first module on the path that the plugin requires, as `path@version`. Null: the plugin itself uses the standard library. */
  module: shortText.nullable(),
  /** The first function of that module, or else the last one on the path. */
  through: shortText,
  /** Set on UNANALYZED if the analysis failed: why nothing is known. */
  reason: shortText.optional(),
});
export type ReachedCapability = z.infer<typeof reachedCapabilitySchema>;

export const analysisSchema = z.object({
  /** Digest of the analyzer, the toolchain and the target. The same source has the same result under the same recipe. */
  recipe: sha256Text,
  /** Reached capabilities by name, each once. */
  reached: z.array(reachedCapabilitySchema).max(goCapabilityNames.length),
});
export type Analysis = z.infer<typeof analysisSchema>;

export const analysisSpecSchema = z.strictObject({
  runtime: z.literal('go'),
  organization: hostedFor,
  /** SHA-256 of the source's archive, a zip sent with PUT /blobs/{sha256}. */
  archive: sha256Text,
});
export type AnalysisSpec = z.infer<typeof analysisSpecSchema>;

/** The part of the Worker's client of the builder that analyzes (contract/builder/instances.ts). */
export interface ProgramAnalyzer {
  /** Analyzes what a source's program can reach, on its `buildHost`. A failed analysis is a result. Joins the same analysis. */
  analyze(spec: AnalysisSpec): Promise<Analysis>;
}

/** Identifies an analysis. The archive includes go.mod and go.sum, which fix the source of every module. */
export function analysisKey(archive: string, recipe: string): Promise<string> {
  return sha256Hex(`analysis\0${archive}\0${recipe}`);
}

/** The result of an analysis that failed: nothing is known, so that everything may be reached. */
export function unanalyzed(reason: string): ReachedCapability {
  const shown = reason.length > 1000 ? `${reason.slice(0, 999)}…` : reason;
  return { name: 'UNANALYZED', path: [], module: null, through: '', reason: shown };
}

/** Returns why nothing is known of the program, or undefined if it was analyzed. */
export function analysisFailure(reached: readonly ReachedCapability[]): string | undefined {
  return reached.find(({ reason }) => reason !== undefined)?.reason;
}
