// Compiles an environment's Python files ahead of time, so that instances start faster and can share it read-only. The compiler reads
// hostile source: it runs confined like a plugin and can write nothing; what it prints is unpacked by a trusted program.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ChildGroup } from '../processes/child-group.ts';
import { finishProgram } from '../processes/run-program.ts';
import type { Homes } from '../sandbox/homes.ts';
import { compilerProcessLimits, compilerTemp } from '../sandbox/process-limits.ts';
import { programCommand } from '../sandbox/program-command.ts';
import { type Confiner, hasOwnRoot, hostFolder } from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';
import { pipeMs, type Unpacked, unpackCommand, unpackedSchema } from './archive.ts';
import { EnvironmentFailed } from './environment-failed.ts';

export interface CompileMachine extends Confiner {
  homes: Homes;
  limits: Limits;
}

const partsMax = 4;
const insideSite = '/environment';
const insideTools = '/slipway/tools';
const tools = join(hostFolder, 'slipway_environment');
const outputBytesMax = 64 * 1024;

/** Returns how much was added. Files that can't be compiled are skipped: packages have files for other versions of Python. */
export async function compilePackages(machine: CompileMachine, site: string): Promise<Unpacked> {
  const parts = Math.min(partsMax, availableParallelism());
  const added = await Promise.all(
    Array.from({ length: parts }, (_, part) => compilePart(machine, site, [part, parts])),
  );
  return added.reduce((a, b) => ({
    files: a.files + b.files,
    bytes: a.bytes + b.bytes,
    bytecode: a.bytecode + b.bytecode,
  }));
}

async function compilePart(machine: CompileMachine, site: string, [part, parts]: [number, number]): Promise<Unpacked> {
  const { homes, sandbox, python, limits } = machine;
  const processLimits = compilerProcessLimits(limits);
  const home = await homes.make({ kind: 'environment' }, sandbox, processLimits);
  try {
    const inside = hasOwnRoot(sandbox);
    const [seenSite, seenTools] = inside ? [insideSite, insideTools] : [site, tools];
    const script = [join(seenTools, 'compile_all.py'), seenSite, String(part), String(parts)];
    const temp = inside ? '/tmp' : home.temp;
    const compiler = new ChildGroup(
      programCommand(machine, home, {
        argv: [python.executable, '-I', '-S', '-B', '-X', 'utf8', ...script],
        folder: temp,
        environment: { LANG: 'C.UTF-8', HOME: temp, TMPDIR: temp },
        confinement: {
          readOnly: [
            [tools, seenTools],
            [site, seenSite],
          ],
          writable: [],
          temp: compilerTemp,
          network: false,
        },
        limits: processLimits,
      }),
      pipeMs,
    );
    const { environmentFiles: files, environmentBytes: bytes } = limits;
    const unpacker = new ChildGroup(unpackCommand(python, limits, site, { files, bytes, suffix: '.pyc' }));
    const { stdout, stderr } = compiler.child;
    const { stdin } = unpacker.child;
    if (!stdout || !stdin) throw new Error('The compiler and the unpacker must have pipes');
    stdout.on('error', () => {});
    stdout.pipe(stdin);
    stderr?.resume();
    compiler.child.stdin?.end();
    const unpacking = finishProgram(unpacker, { timeoutMs: limits.environmentMs, outputBytesMax, keepInput: true });
    const reason = await compiler.exited;
    const ran = await unpacking;
    if (reason !== 'exit code 0' || ran.ended !== 'exit' || !ran.succeeded)
      throw new EnvironmentFailed(
        'limit-exceeded',
        `The packages could not be compiled: ${reason}. ${ran.errors}`.trim(),
      );
    return unpackedSchema.parse(JSON.parse(ran.output.toString('utf8')));
  } finally {
    await home.remove();
  }
}
