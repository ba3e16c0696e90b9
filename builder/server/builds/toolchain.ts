// What builds share: the command that prepares sources, the host's module to compile with, the caches of trusted compilations and of
// downloaded modules. Made at the first build, and no code of a plugin ever writes to any of it.
import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Exited, type RunOptions, runProgram } from '../processes/run-program.ts';
import type { Python } from '../python/python.ts';
import type { Command } from '../sandbox/sandbox.ts';
import { directCommand, inheritedVariables, trustedCommand } from '../sandbox/trusted-program.ts';
import type { Limits } from '../settings.ts';
import { BuildFailed } from './build-failed.ts';
import { buildFlags, type Go, goSettings, hostFiles, hostModule } from './go.ts';

/** Compiling the standard library from nothing. */
const makeMs = 300_000;
const lookMs = 20_000;
const outputBytesMax = 1024 * 1024;
const openFiles = 1024;
/** Neither internal packages nor the toolchain's own commands. */
const standardPath = /^(?!cmd\/|internal\/|vendor\/)(?!.*\/internal\/)[a-z][a-z0-9]*(?:\/[a-z0-9]+)*$/;

export class Toolchain {
  readonly go: Go;
  readonly #python: Python;
  readonly #limits: Limits;
  readonly #folder: string;
  /** GOCACHE of what is trusted. */
  readonly sharedCache: string;
  readonly #compiled = new Set<string>();
  #made: Promise<void> | undefined;

  constructor(go: Go, python: Python, limits: Limits, folder: string, sharedCache: string | undefined) {
    this.go = go;
    this.#python = python;
    this.#limits = limits;
    this.#folder = folder;
    this.sharedCache = sharedCache ?? join(folder, 'cache');
  }

  get hostFolder(): string {
    return join(this.#folder, `host-${this.go.recipe.slice(0, 16)}`);
  }

  get prepareCommand(): string {
    return join(this.#folder, `prepare-${this.go.recipe.slice(0, 16)}`);
  }

  /** GOMODCACHE. */
  get modules(): string {
    return join(this.#folder, 'modules');
  }

  /** Shared by all who ask; after a failure the next one tries anew. */
  async ready(): Promise<void> {
    this.#made ??= this.#make();
    try {
      await this.#made;
    } catch (error) {
      this.#made = undefined;
      throw error;
    }
  }

  /**
   * Compiles those packages of the standard library into the shared cache. They are nobody's but Go's, so every plugin may have them;
   * what else a plugin imports it compiles for itself.
   */
  async compileStandard(imports: string[], timeoutMs: number): Promise<void> {
    const packages = imports.filter(
      (path) => standardPath.test(path) && existsSync(join(this.go.root, 'src', path)) && !this.#compiled.has(path),
    );
    if (packages.length === 0) return;
    const argv = [this.go.executable, 'build', ...buildFlags, ...packages];
    const ran = await this.run(argv, this.hostFolder, {}, { timeoutMs });
    if (ran.succeeded) for (const path of packages) this.#compiled.add(path);
  }

  /** Runs a program of the toolchain over a plugin's files, without the sandbox: none of these runs or compiles any of them. */
  run(argv: string[], folder: string, env: Record<string, string>, options: Partial<RunOptions>): Promise<Exited> {
    const command = trustedCommand(this.#python, {
      argv,
      folder,
      environment: { ...this.#environment(), ...env },
      limits: {
        memoryBytes: this.#limits.buildMemoryBytes,
        fileBytes: 2 * this.#limits.artifactBytes,
        openFiles,
        processes: 0,
        cpuSeconds: null,
      },
    });
    return finished(command, options);
  }

  /** The same for what only looks, and is over at once. Paths are absolute. */
  runQuick(argv: string[]): Promise<Exited> {
    return finished(directCommand(argv, { ...inheritedVariables(['PATH']), ...this.#environment() }), {
      timeoutMs: lookMs,
    });
  }

  #environment(): Record<string, string> {
    return { ...goSettings, GOCACHE: this.sharedCache, GOMODCACHE: this.modules, GOPATH: this.#folder };
  }

  async #make(): Promise<void> {
    const folders = [this.#folder, this.hostFolder, this.modules, this.sharedCache];
    for (const folder of folders) await mkdir(folder, { recursive: true });
    // The time of the last look for what is old (cmd/go/internal/cache): a cache that came with an image is old as a whole.
    await writeFile(join(this.sharedCache, 'trim.txt'), String(Math.floor(Date.now() / 1000))).catch(() => {});
    for (const name of hostFiles()) {
      const target = join(this.hostFolder, name);
      await mkdir(dirname(target), { recursive: true });
      await cp(join(hostModule, name), target);
    }
    // Compiles with the flags of plugins all that every plugin needs, and links the one command.
    const argv = [this.go.executable, 'build', ...buildFlags, '-o', this.prepareCommand, './cmd/prepare'];
    const warm = [this.go.executable, 'build', ...buildFlags, './slipwayhost'];
    for (const command of [argv, warm]) {
      const ran = await this.run(command, this.hostFolder, {}, {});
      if (!ran.succeeded) throw new Error(`the toolchain cannot be made: ${ran.errors}`);
    }
  }
}

async function finished(command: Command, options: Partial<RunOptions>): Promise<Exited> {
  const ran = await runProgram(command, { timeoutMs: makeMs, outputBytesMax, ...options });
  if (ran.ended !== 'exit') throw new BuildFailed('limit-exceeded', 'making the source ready took too long');
  return ran;
}
