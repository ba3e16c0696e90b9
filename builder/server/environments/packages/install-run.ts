// Holds what the installations of one environment's packages share: a download cache, the remaining space and the time.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnvironmentSpec } from '../../../../src/contract/builder/environments.ts';
import { raisedBy } from '../../../../src/contract/limits/limit-texts.ts';
import { formatSeconds } from '../../../../src/core/quantities.ts';
import type { Limits } from '../../core/settings.ts';
import type { Owner } from '../../removal/removals.ts';
import { EnvironmentFailed, tooLarge } from '../environment-failed.ts';
import { type FolderSize, watchFolder } from '../folder-size.ts';
import type { PrivateIndexes } from '../indexes/private-indexes.ts';
import { lockedTorchBackend } from '../package-index.ts';

/** Allows for uv's own cache files, which count while it installs. */
const cacheFilesMax = 5000;
const units: Record<string, number> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

export class InstallRun {
  readonly spec: EnvironmentSpec;
  readonly staging: string;
  /** Downloads for this environment only, so that no download is reused without its hash being verified. */
  readonly cache: string;
  /** The organization's indexes, if the lock has packages from them. */
  readonly own: PrivateIndexes | undefined;
  readonly torchBackend: string | undefined;
  readonly #limits: Limits;
  readonly #deadline: number;
  readonly #running = new Set<(reason: string) => void>();
  readonly #size: FolderSize = { bytes: 0, files: 0 };
  /** Size of all earlier installations and all current downloads. */
  #announcedBytes = 0;
  #folders = 0;
  #isOver = false;
  #failure: EnvironmentFailed | undefined;
  #unwatch = () => {};

  constructor(spec: EnvironmentSpec, staging: string, limits: Limits, own?: PrivateIndexes) {
    this.spec = spec;
    this.own = own;
    this.torchBackend = lockedTorchBackend(spec.lock.text);
    this.staging = staging;
    this.cache = join(staging, 'cache');
    this.#limits = limits;
    this.#deadline = performance.now() + limits.environmentMs;
  }

  get owner(): Owner {
    return { kind: 'environment', id: this.spec.lock.digest, organization: this.spec.organization };
  }

  /** Starts watching the size of the downloads. */
  watch(): void {
    const { environmentBytes, environmentFiles } = this.#limits;
    this.#announcedBytes = this.#size.bytes;
    const max = {
      bytes: environmentBytes - this.#size.bytes,
      files: environmentFiles - this.#size.files + cacheFilesMax,
    };
    this.#unwatch = watchFolder(this.staging, max, () => this.#fail(this.#tooLarge()));
  }

  /** Adds a package to the environment's total size. Throws an EnvironmentFailed if the total is too large. */
  add({ bytes, files }: FolderSize): void {
    this.#size.bytes += bytes;
    this.#size.files += files;
    const { environmentBytes, environmentFiles } = this.#limits;
    if (this.#size.bytes > environmentBytes || this.#size.files > environmentFiles) throw this.#fail(this.#tooLarge());
  }

  get size(): FolderSize {
    return this.#size;
  }

  /** Creates an empty folder. */
  async folder(): Promise<string> {
    const folder = join(this.staging, String(this.#folders++));
    await mkdir(folder, { mode: 0o711 });
    return folder;
  }

  /** Registers the function that stops a running program. Returns a function that unregisters it. */
  running(end: (reason: string) => void): () => void {
    this.#running.add(end);
    if (this.#isOver) end('another package failed');
    return () => this.#running.delete(end);
  }

  /** Accounts for the download that uv announces, and returns its size, such as `2.0MiB`. The unpacked size is larger. */
  announce(line: string): string | undefined {
    const [, size, unit] = /^Downloading \S+ \((\d+(?:\.\d+)?)([KMG]iB)\)$/.exec(line.trim()) ?? [];
    if (size === undefined || unit === undefined) return undefined;
    this.#announcedBytes += Number(size) * (units[unit] ?? 0);
    if (this.#announcedBytes > this.#limits.environmentBytes) this.#fail(this.#tooLarge());
    return `${size}${unit}`;
  }

  get leftMs(): number {
    return Math.max(1, this.#deadline - performance.now());
  }

  /** The reason why the whole installation stops, unless only one package failed. */
  get failure(): EnvironmentFailed | undefined {
    if (this.#failure) return this.#failure;
    if (performance.now() < this.#deadline) return undefined;
    const { environmentMs } = this.#limits;
    return new EnvironmentFailed(
      'limit-exceeded',
      `The packages were not installed within ${formatSeconds(environmentMs)}. ${raisedBy.environmentTime}`,
    );
  }

  /** Stops all running programs. */
  end(reason: string): void {
    this.#isOver = true;
    this.#unwatch();
    for (const end of this.#running) end(reason);
  }

  #fail(failure: EnvironmentFailed): EnvironmentFailed {
    this.#failure ??= failure;
    this.end(failure.message);
    return this.#failure;
  }

  #tooLarge(): EnvironmentFailed {
    const torch = /^torch==/m.test(this.spec.lock.text)
      ? ' These builds of torch include GPU libraries. If the operator sets an index with CPU builds (BUILDER_TORCH_INDEX), new versions use those builds.'
      : '';
    return tooLarge(this.#limits, torch);
  }
}
