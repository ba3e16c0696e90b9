// Packs a package into a compressed archive in parts, and unpacks such archives, in a separate process (archive-program.ts). That
// process's threads yield the CPU to calls. The builder's own compression threads couldn't.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { PackagePart } from '../../../../src/contract/builder/packages.ts';
import type { Blobs } from '../../blobs/blobs.ts';
import type { Limits } from '../../core/settings.ts';
import type { Command } from '../../programs/command.ts';
import { ConnectionFailed, runConnected } from '../../programs/connected-programs.ts';
import { hostFolder } from '../../programs/host-scripts.ts';
import type { Python } from '../../programs/python.ts';
import { environmentProcessLimits } from '../../sandbox/process-limits.ts';
import { inheritedVariables, trustedCommand } from '../../sandbox/trusted-program.ts';
import { EnvironmentFailed } from '../environment-failed.ts';

const common = {
  /** The program that reads or writes the package's files, with its arguments. */
  argv: z.array(z.string()),
  timeoutMs: z.number(),
};
export const workSchema = z.discriminatedUnion('work', [
  z.object({ work: z.literal('pack'), ...common, staging: z.string() }),
  /** Paths of the parts, in order. */
  z.object({ work: z.literal('unpack'), ...common, parts: z.array(z.string()) }),
]);
export type ArchiveWork = z.infer<typeof workSchema>;

/** An archive's parts, in order, as `pack` prints them. */
export const writtenSchema = z.array(z.object({ path: z.string(), sha256: z.string(), size_bytes: z.int() }));

export interface ArchiveMachine {
  python: Python;
  limits: Limits;
  blobs: Blobs;
}

export const unpackedSchema = z.object({ files: z.int(), bytes: z.int(), bytecode: z.int() });
/** An archive's contents: its size and how many files are bytecode. */
export type Unpacked = z.infer<typeof unpackedSchema>;

const program = fileURLToPath(import.meta.resolve('./archive-program.ts'));
const outputBytesMax = 64 * 1024;
/** Extra time for the program to stop its own child, which has the time limit. */
const endMs = 10_000;

/** Stores `folder`'s archive as blobs. The same files always give the same parts. Rejects with an EnvironmentFailed. */
export async function packFolder(machine: ArchiveMachine, folder: string, staging: string): Promise<PackagePart[]> {
  const argv = toolArguments(machine.python, 'pack.py', [folder]);
  const timeoutMs = machine.limits.environmentMs;
  const written = writtenSchema.parse(await run(machine, 'packed', { work: 'pack', argv, timeoutMs, staging }));
  for (const { path, sha256 } of written) await machine.blobs.adopt(path, sha256);
  return written.map(({ sha256, size_bytes }) => ({ sha256, size_bytes }));
}

/** Unpacks an archive into a folder. Rejects if it exceeds an environment's limits. */
export async function unpackParts(machine: ArchiveMachine, parts: string[], folder: string): Promise<Unpacked> {
  const { python, limits, blobs } = machine;
  const { environmentFiles: files, environmentBytes: bytes, environmentMs: timeoutMs } = limits;
  // Allows twice the files, because each source may have one bytecode file.
  const argv = unpackArguments(python, folder, { files: 2 * files, bytes: 2 * bytes });
  const paths = parts.map((sha256) => blobs.path(sha256));
  return unpackedSchema.parse(await run(machine, 'unpacked', { work: 'unpack', argv, timeoutMs, parts: paths }));
}

/** Returns the program's output. */
async function run({ python, limits }: ArchiveMachine, what: string, work: ArchiveWork): Promise<unknown> {
  const command = trustedCommand(python, {
    argv: [process.execPath, program, JSON.stringify(work)],
    folder: '/',
    environment: inheritedVariables(['NODE_COMPILE_CACHE']),
    limits: { ...environmentProcessLimits(limits), reservesAddresses: true },
  });
  const options = { timeoutMs: work.timeoutMs + endMs, outputBytesMax };
  const printed = await runConnected([command], options).catch((error) => {
    throw failedTo(what, error);
  });
  return JSON.parse(printed.toString('utf8'));
}

/** These programs are the builder's own, so a retry may succeed. */
function failedTo(what: string, error: unknown): unknown {
  if (!(error instanceof ConnectionFailed)) return error;
  return new EnvironmentFailed(
    'install-failed',
    `The package could not be ${what}: ${error.message.replace(/\.$/, '')}.`,
  );
}

interface UnpackLimits {
  files: number;
  bytes: number;
  suffix?: string;
}

/** Returns the arguments for a program that unpacks its standard input. */
export function unpackArguments(python: Python, folder: string, { files, bytes, suffix }: UnpackLimits): string[] {
  return toolArguments(python, 'unpack.py', [
    folder,
    `${files}`,
    `${bytes}`,
    ...(suffix === undefined ? [] : [suffix]),
  ]);
}

/** Returns the arguments for a program in slipway_environment, starting with its file. */
export function toolArguments(python: Python, script: string, args: string[]): string[] {
  return [python.executable, '-I', '-S', '-B', '-X', 'utf8', join(hostFolder, 'slipway_environment', script), ...args];
}

/** Returns the command for a program in slipway_environment. */
export function toolCommand(python: Python, limits: Limits, argv: string[]): Command {
  return trustedCommand(python, { argv, folder: '/', environment: {}, limits: environmentProcessLimits(limits) });
}
