// Runs uv, which resolves and installs packages. uv is downloaded on first use and verified by hash, unless the image has it.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hostFolder } from '../programs/host-scripts.ts';
import type { Python } from '../programs/python.ts';
import { explain, ProgramStopped, type Ran, RunningProgram, runProgram } from '../programs/run-program.ts';
import type { ProcessLimits } from '../sandbox/process-limits.ts';
import { trustedCommand } from '../sandbox/trusted-program.ts';
import { EnvironmentFailed } from './environment-failed.ts';
import { fileLocation, indexVariables, type PackageIndex } from './package-index.ts';
import { uvVersion, uvWheel } from './uv-release.ts';

const outputBytesMax = 64 * 1024;
const fetchMs = 180_000;
/** Maximum size of uv itself and of its wheel. */
const programBytesMax = 256 * 1024 * 1024;

export const resolver = `uv ${uvVersion}`;

/** Every command ignores the machine's configuration, builds nothing and uses no other Python. */
const options = ['--no-config', '--color=never', '--no-progress', '--no-python-downloads', '--only-binary=:all:'];

export interface UvRun {
  /** Arguments without the program's name. */
  argv: string[];
  folder: string;
  timeoutMs: number;
  outputBytesMax: number;
  onErrorLine: (line: string) => void;
  /** Variables for this run only. */
  environment?: Record<string, string> | undefined;
  /** Passes a function that stops the program, which then counts as exited with the given reason. */
  watch?: (end: (reason: string) => void) => () => void;
}

export class Uv {
  readonly #python: Python;
  readonly #folder: string;
  readonly #limits: ProcessLimits;
  readonly #index: PackageIndex;
  #fetching: Promise<void> | undefined;

  constructor(python: Python, folder: string, limits: ProcessLimits, index: PackageIndex) {
    this.#python = python;
    this.#folder = folder;
    this.#limits = limits;
    this.#index = index;
  }

  get #program(): string {
    return join(this.#folder, `uv-${uvVersion}`);
  }

  get isReady(): boolean {
    return existsSync(this.#program);
  }

  /** Downloads uv unless it is present. Concurrent calls share the work; after a failure, the next call retries. */
  async ready(): Promise<void> {
    if (this.isReady) return;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    await this.#fetching;
  }

  async run({ argv, environment, folder, watch, ...limits }: UvRun): Promise<Ran> {
    const program = new RunningProgram(
      trustedCommand(this.#python, {
        argv: [this.#program, ...argv, ...options, '--python', this.#python.executable],
        folder,
        // uv runs Python to ask for its platform. It must not read the user's packages.
        environment: { ...indexVariables(), ...environment, HOME: folder, TMPDIR: folder, PYTHONNOUSERSITE: '1' },
        limits: this.#limits,
      }),
    );
    const unwatch = watch?.((reason) => void program.end(reason));
    // Hides the names of files and of the Python it found, because both belong to the builder.
    const onErrorLine = (line: string) =>
      line.startsWith('Using ') || limits.onErrorLine(line.replaceAll(`${folder}/`, ''));
    return program.finish({ ...limits, onErrorLine }).finally(() => unwatch?.());
  }

  async #fetch(): Promise<void> {
    const wheel = uvWheel();
    const machine = `${process.platform}-${process.arch}`;
    if (!wheel) throw new EnvironmentFailed('install-failed', `uv is not available for ${machine}.`);
    await mkdir(this.#folder, { recursive: true, mode: 0o755 });
    const program = `uv-${uvVersion}.data/scripts/uv`;
    const location = fileLocation(wheel.file, this.#index);
    const ran = await this.#runScript(['uv', wheel.file, wheel.sha256, program, this.#program], location);
    if (ran.ended === 'exit' && ran.succeeded) return;
    if (ran.ended === 'exit' && ran.endedBy === 'others')
      throw new EnvironmentFailed('install-failed', new ProgramStopped("uv's download", ran).message);
    const reason = explain(ran).split('\n').at(-1);
    throw new EnvironmentFailed(
      'index-unreachable',
      `uv ${uvVersion}, which installs packages, could not be downloaded: ${reason}. Check the builder's network, or put ${wheel.file} in BUILDER_WHEELS.`,
    );
  }

  #runScript(args: string[], location: string): Promise<Ran> {
    const script = join(hostFolder, 'slipway_environment', 'fetch_program.py');
    const argv = [this.#python.executable, '-I', '-S', '-B', '-X', 'utf8', script, location, ...args];
    const limits = { ...this.#limits, fileBytes: programBytesMax };
    const command = trustedCommand(this.#python, { argv, folder: this.#folder, environment: {}, limits });
    return runProgram(command, { timeoutMs: fetchMs, outputBytesMax });
  }
}
