// Builds builder/go-capabilities, the program that analyzes plugins, once per machine and Go version. The toolchain downloads the
// program's modules and verifies them against its go.sum. The program is trusted, like the toolchain itself; its input isn't.
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notCompiled } from '../builds/compile-caches.ts';
import { moduleSources } from '../builds/modules.ts';
import { notOfSource, type Toolchain } from '../builds/toolchain.ts';
import { type Exited, explain } from '../programs/run-program.ts';
import { copyReadable, makeOpenFolder } from '../sandbox/readable-copies.ts';

const source = fileURLToPath(import.meta.resolve('../../go-capabilities'));

export class Analyzer {
  /** Digest of the program and its build recipe. */
  readonly recipe: string;
  readonly #toolchain: Toolchain;
  #setup: Promise<void> | undefined;

  constructor(toolchain: Toolchain) {
    this.#toolchain = toolchain;
    const hash = createHash('sha256').update(toolchain.go.recipe);
    for (const path of sourceFiles(toolchain.go.minor)) hash.update(`\0${basename(path)}\0`).update(readFileSync(path));
    this.recipe = hash.digest('hex');
  }

  /**
   * The executable's folder. It holds nothing else, so the sandbox may show it. It's next to the compile cache, which builders may
   * share.
   */
  get folder(): string {
    return join(this.#toolchain.sharedCache, `${notCompiled}capabilities-${this.recipe.slice(0, 16)}`);
  }

  get executable(): string {
    return join(this.folder, 'capabilities');
  }

  /** Builds the program if it is missing. Concurrent calls share the work; after a failure, the next call retries. */
  ready(): Promise<void> {
    this.#setup ??= this.#build().catch((error) => {
      this.#setup = undefined;
      throw notOfSource(error);
    });
    return this.#setup;
  }

  async isBuilt(): Promise<boolean> {
    return (await stat(this.executable).catch(() => undefined)) !== undefined;
  }

  async #build(): Promise<void> {
    await this.#toolchain.ready();
    if (await this.isBuilt()) return;
    const scratch = join(this.#toolchain.sharedCache, `${notCompiled}scratch-${randomUUID()}`);
    try {
      await mkdir(join(scratch, 'source'), { recursive: true });
      for (const path of sourceFiles(this.#toolchain.go.minor))
        await copyReadable(path, join(scratch, 'source', basename(path)));
      const argv = [
        this.#toolchain.go.executable,
        'build',
        '-trimpath',
        '-buildvcs=false',
        '-o',
        '../capabilities',
        '.',
      ];
      const ran = await this.#toolchain.run(argv, join(scratch, 'source'), moduleSources(), {});
      if (!ran.succeeded)
        throw new (isCompileError(ran) ? NotCompiled : Error)(`The analyzer could not be built: ${explain(ran)}`);
      await makeOpenFolder(this.folder);
      // Another builder may have been first; its program is identical.
      await rename(join(scratch, 'capabilities'), this.executable);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

/** This Go can't compile the program. Another attempt fails too, unlike one whose download failed. */
export class NotCompiled extends Error {
  override readonly name = 'NotCompiled';
}

/**
 * Returns the folder with go.mod and go.sum for Go 1.`minor`, named after the newest Go up to this one. The modules must know the language
 * that they read, but their newest releases need a recent Go.
 */
export function modulesFor(minor: number): string {
  const minors = readdirSync(source).flatMap((name) => (name.startsWith('go1.') ? [Number(name.slice(4))] : []));
  return join(source, `go1.${Math.max(...minors.filter((each) => each <= minor))}`);
}

function isCompileError({ errors }: Exited): boolean {
  return /^\S+\.go:\d+:\d+: |requires go >= /m.test(errors);
}

function sourceFiles(minor: number): string[] {
  const programs = readdirSync(source).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'));
  const modules = ['go.mod', 'go.sum'].map((name) => join(modulesFor(minor), name));
  return [...programs.sort().map((name) => join(source, name)), ...modules];
}
