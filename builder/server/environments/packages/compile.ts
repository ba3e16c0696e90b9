// Compiles a package's Python files ahead of time, so that instances start faster and can share it read-only. The compiler reads
// hostile source, so it runs confined like a plugin and can't write anything. A trusted program unpacks its output.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '../../core/settings.ts';
import type { Command } from '../../programs/command.ts';
import { ConnectionFailed, runConnected } from '../../programs/connected-programs.ts';
import type { Homes } from '../../sandbox/homes.ts';
import { compilerProcessLimits } from '../../sandbox/process-limits.ts';
import { programCommand } from '../../sandbox/program-command.ts';
import { basicVariables, type Confiner, type Home, hasOwnRoot, tempInside } from '../../sandbox/sandbox.ts';
import { EnvironmentFailed } from '../environment-failed.ts';
import { toolCommand, type Unpacked, unpackArguments, unpackedSchema } from './archive.ts';

export interface CompileMachine extends Confiner {
  homes: Homes;
  limits: Limits;
}

const partsMax = 4;
/** Smaller packages use one program: starting a program takes as long as compiling this many files. */
const sourcesPerPart = 300;
const insideSite = '/environment';
const insideTools = '/slipway/tools';
const outputBytesMax = 64 * 1024;

/**
 * Returns the bytecode added for the package's `sources`. Skips files that can't be compiled, because packages have files for other
 * Python versions. Rejects with an EnvironmentFailed after all compiler programs have stopped.
 */
export async function compilePackage(machine: CompileMachine, site: string, sources: number): Promise<Unpacked> {
  const parts = Math.min(partsMax, availableParallelism(), Math.ceil(sources / sourcesPerPart));
  const failed = new AbortController();
  const compiling = Array.from({ length: parts }, (_, part) =>
    compilePart(machine, { site, part, parts, signal: failed.signal }).catch((error) => {
      failed.abort(failed.signal.aborted ? failed.signal.reason : error);
      throw error;
    }),
  );
  const ended = await Promise.allSettled(compiling);
  if (failed.signal.aborted) throw failed.signal.reason;
  return ended
    .flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []))
    .reduce((a, b) => ({ files: a.files + b.files, bytes: a.bytes + b.bytes, bytecode: a.bytecode + b.bytecode }), {
      files: 0,
      bytes: 0,
      bytecode: 0,
    });
}

interface Part {
  site: string;
  part: number;
  parts: number;
  /** Aborts when another part fails. */
  signal: AbortSignal;
}

async function compilePart(machine: CompileMachine, part: Part): Promise<Unpacked> {
  const { homes, sandbox, python, limits } = machine;
  const home = await homes.make({ kind: 'environment' }, sandbox, compilerProcessLimits(limits));
  try {
    const { environmentFiles: files, environmentBytes: bytes, environmentMs: timeoutMs } = limits;
    const unpacker = toolCommand(python, limits, unpackArguments(python, part.site, { files, bytes, suffix: '.pyc' }));
    const printed = await runConnected([compilerCommand(machine, home, part), unpacker], {
      timeoutMs,
      outputBytesMax,
      signal: part.signal,
    });
    return unpackedSchema.parse(JSON.parse(printed.toString('utf8')));
  } catch (error) {
    throw error instanceof ConnectionFailed ? compileFailure(error, part.site) : error;
  } finally {
    await home.remove();
  }
}

function compilerCommand(machine: CompileMachine, home: Home, { site, part, parts }: Part): Command {
  const { sandbox, python, limits } = machine;
  const inside = hasOwnRoot(sandbox);
  const tools = join(home.host, 'slipway_environment');
  const [seenSite, seenTools] = inside ? [insideSite, insideTools] : [site, tools];
  const script = [join(seenTools, 'compile_all.py'), seenSite, String(part), String(parts)];
  const temp = tempInside(sandbox, home);
  return programCommand(machine, home, {
    argv: [python.executable, '-I', '-S', '-B', '-X', 'utf8', ...script],
    folder: temp,
    environment: basicVariables(temp),
    confinement: {
      readOnly: [
        [tools, seenTools],
        [site, seenSite],
      ],
      writable: [],
      network: false,
    },
    limits: compilerProcessLimits(limits),
  });
}

/** Error messages that mean the machine is at fault, not the packages. */
const machineAtFault = /No space left|Cannot allocate memory|MemoryError|Too many open files|Resource temporarily/;

/** A program that fails without being stopped always fails the same way, unlike one that was too slow. */
function compileFailure({ failure, message }: ConnectionFailed, site: string): EnvironmentFailed {
  const isItsDoing = failure.ended === 'exit' && failure.endedBy === 'itself' && failure.reason.startsWith('exit code');
  const isFinal = isItsDoing && !machineAtFault.test(failure.errors);
  return new EnvironmentFailed(
    isFinal ? 'wheel-refused' : 'limit-exceeded',
    `The package could not be compiled: ${message.replaceAll(`${site}/`, '')}.`,
  );
}
