// Installs a lock's missing packages, several at a time, and packs those that the store lacks. Completed packages stay on disk, so
// after a failure the next installation continues from there.
import { mkdir } from 'node:fs/promises';
import type { Environment, EnvironmentEvent, EnvironmentSpec } from '../../../../src/contract/builder/environments.ts';
import { type Package, packageKey, type StoredPackage } from '../../../../src/contract/builder/packages.ts';
import { indexSource, type PythonIndex } from '../../../../src/contract/builder/python-indexes.ts';
import { packagesAtOnce } from '../../../../src/contract/limits/builder.ts';
import { formatBinaryBytes } from '../../../../src/core/quantities.ts';
import { sideBySide } from '../../../../src/core/side-by-side.ts';
import { PrivateIndexes } from '../indexes/private-indexes.ts';
import { checkedLock } from '../locks/lock-text.ts';
import type { PackageDescription } from '../store/package-cache.ts';
import { InstallRun } from './install-run.ts';
import type { KeyedEntry, PackageMachine, Packages } from './packages.ts';

type Step = Extract<EnvironmentEvent, { type: 'step' }>['step'];

interface Reporter {
  step(step: Step): void;
  line(line: string): void;
  packed(packed: Package): void;
}

interface Request {
  spec: EnvironmentSpec;
  key: string;
}

/** Known facts about one of the environment's packages. */
interface Known {
  size: Pick<StoredPackage, 'size_bytes' | 'files'>;
  /** Undefined if it isn't on disk, because the store has it. */
  onDisk?: PackageDescription;
}

export class Installation {
  readonly #machine: PackageMachine;
  readonly #packages: Packages;
  readonly #request: Request;
  readonly #reporter: Reporter;
  readonly #steps = new Set<Step>();
  readonly #known = new Map<string, Known>();
  /** Installed and total numbers of missing packages. */
  #progress = { done: 0, of: 0 };
  readonly #stored: ReadonlyMap<string, StoredPackage>;

  constructor(machine: PackageMachine, packages: Packages, request: Request, reporter: Reporter) {
    this.#machine = machine;
    this.#packages = packages;
    this.#request = request;
    this.#reporter = reporter;
    this.#stored = new Map(request.spec.stored.map((stored) => [stored.key, stored]));
  }

  /** Rejects with an EnvironmentFailed. */
  async run(): Promise<Omit<Environment, 'duration_ms'>> {
    const { spec, key } = this.#request;
    const entries = await Promise.all(
      checkedLock(spec).map(async (entry) => ({ ...entry, key: await packageKey(entry, spec.target) })),
    );
    const letGo = this.#machine.cache.packages.hold(entries.map((entry) => entry.key));
    const own = await this.#openIndexes(entries);
    try {
      const cached = await this.#installAll(entries, own);
      const packages = entries.filter((entry) => this.#known.has(entry.key));
      const sizes = packages.map((entry) => this.#known.get(entry.key)?.size ?? { size_bytes: 0, files: 0 });
      return {
        key,
        lock: spec.lock.digest,
        target: spec.target,
        packages: packages.map(({ key, name, version }) => ({ key, name, version })),
        size_bytes: sizes.reduce((sum, { size_bytes }) => sum + size_bytes, 0),
        files: sizes.reduce((sum, { files }) => sum + files, 0),
        cached,
      };
    } finally {
      letGo();
      own?.close();
    }
  }

  /** Each package comes from the index in the lock, even if the patterns have changed since. */
  async #openIndexes(entries: KeyedEntry[]): Promise<PrivateIndexes | undefined> {
    const { organization, indexes = [] } = this.#request.spec;
    const origins = new Map(entries.flatMap(({ name, origin }) => (origin ? [[name, origin.index]] : [])));
    if (origins.size === 0 || organization === undefined) return undefined;
    const indexOf = (name: string) => {
      const url = origins.get(name);
      return url === undefined ? undefined : (indexes.find((index) => index.url === url) ?? removedIndex(url, name));
    };
    return PrivateIndexes.open({ egress: this.#machine.indexEgress, organization, indexOf });
  }

  /** Returns whether nothing had to be installed. */
  async #installAll(entries: KeyedEntry[], own: PrivateIndexes | undefined): Promise<boolean> {
    const { cache, limits } = this.#machine;
    const { spec } = this.#request;
    return cache.staging.with({ id: this.#request.key, organization: spec.organization }, async (staging) => {
      const run = new InstallRun(spec, staging, limits, own);
      for (const entry of entries) await this.#look(entry, run);
      const here = entries.filter((entry) => this.#known.has(entry.key));
      const missing = entries.filter((entry) => !this.#known.has(entry.key));
      this.#progress.of = missing.length;
      await mkdir(run.cache);
      run.watch();
      const work = (entry: KeyedEntry) =>
        this.#handle(entry, run).catch((cause: unknown) => {
          run.end('another package failed');
          throw cause;
        });
      try {
        await sideBySide([...here, ...missing], packagesAtOnce, work);
      } finally {
        run.end('the installation is over');
      }
      return missing.every((entry) => !this.#known.has(entry.key));
    });
  }

  async #look({ key }: KeyedEntry, run: InstallRun): Promise<void> {
    const onDisk = await this.#machine.cache.packages.get(key);
    const size = onDisk ?? this.#stored.get(key);
    if (!size) return;
    this.#known.set(key, onDisk ? { size, onDisk } : { size });
    run.add({ bytes: size.size_bytes, files: size.files });
  }

  async #handle(entry: KeyedEntry, run: InstallRun): Promise<void> {
    const { key, name, version } = entry;
    const progress = (text: string) => this.#reporter.line(`${name} ${version}: ${text}`);
    let onDisk = this.#known.get(key)?.onDisk;
    if (!this.#known.has(key)) {
      await this.#prepare();
      const report = { progress, line: this.#reporter.line, step: (step: Step) => this.#step(step) };
      onDisk = await this.#packages.install(run, entry, report);
      const { of } = this.#progress;
      const done = ++this.#progress.done;
      if (!onDisk) return;
      this.#known.set(key, { size: onDisk, onDisk });
      progress(`installed, ${formatBinaryBytes(onDisk.size_bytes)} in ${onDisk.files} files, package ${done} of ${of}`);
    }
    if (!onDisk || this.#stored.has(key)) return;
    const { organization, packed: isWanted = false } = this.#request.spec;
    const onStart = () => this.#step('archive');
    const packed = await this.#packages.pack(onDisk, { organization, isWanted, onStart });
    const { parts } = packed;
    if (parts.length > 0)
      progress(`packed, ${formatBinaryBytes(parts.reduce((sum, { size_bytes }) => sum + size_bytes, 0))}`);
    this.#reporter.packed(packed);
  }

  async #prepare(): Promise<void> {
    const { uv } = this.#machine;
    if (!uv.isReady) this.#step('tools');
    await uv.ready();
    this.#step('download');
  }

  /** Packages are at different steps, so each step is reported when the first package reaches it. */
  #step(step: Step): void {
    if (this.#steps.has(step)) return;
    this.#steps.add(step);
    this.#reporter.step(step);
  }
}

/** Returns a placeholder for an index that has been removed. Packages that are already installed don't need it. */
function removedIndex(url: string, name: string): PythonIndex {
  const add = `slipway sources add ${indexSource(url)} --python-packages ${name}`;
  const refused = `The lock has ${name} from the index ${url}, for which your organization no longer has a credential. Add it again: \`${add}\`.`;
  return { url, packages: [name], credential: { refused } };
}
