// Builds builder/go-capabilities, the program that analyzes plugins, once per machine. The toolchain downloads the program's modules
// and verifies them against its go.sum. The program is trusted, like the toolchain itself; its input isn't.
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notCompiled } from '../builds/compile-caches.ts';
import { moduleSources } from '../builds/modules.ts';
import type { Toolchain } from '../builds/toolchain.ts';
import { explain } from '../programs/run-program.ts';
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
    for (const name of sourceFiles()) hash.update(`\0${name}\0`).update(readFileSync(join(source, name)));
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
      throw error;
    });
    return this.#setup;
  }

  async #build(): Promise<void> {
    await this.#toolchain.ready();
    if (await stat(this.executable).catch(() => undefined)) return;
    const scratch = join(this.#toolchain.sharedCache, `${notCompiled}scratch-${randomUUID()}`);
    try {
      await mkdir(join(scratch, 'source'), { recursive: true });
      for (const name of sourceFiles()) await copyReadable(join(source, name), join(scratch, 'source', name));
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
      if (!ran.succeeded) throw new Error(`The analyzer could not be built: ${explain(ran)}`);
      await makeOpenFolder(this.folder);
      // Another builder may have been first; its program is identical.
      await rename(join(scratch, 'capabilities'), this.executable);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

function sourceFiles(): string[] {
  return readdirSync(source)
    .filter((name) => /\.go$|^go\.(?:mod|sum)$/.test(name) && !name.endsWith('_test.go'))
    .sort();
}

/** Ends an analysis without a result. The plugin's author sees the message as the reason. */
export class AnalysisFailed extends Error {
  override readonly name = 'AnalysisFailed';
}
