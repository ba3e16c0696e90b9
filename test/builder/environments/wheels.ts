// A builder that installs only from a folder of wheels.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fetchUv, toolsFolder } from '../../../scripts/testing/uv.ts';
import {
  type Environment,
  type EnvironmentEvent,
  type EnvironmentRef,
  type EnvironmentSpec,
  environmentEventSchema,
  type Lock,
  type LockEvent,
  type LockRequest,
  lockEventSchema,
} from '../../../src/contract/builder/environments.ts';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import {
  type EnvironmentTarget,
  environmentTargetSchema,
  type Package,
} from '../../../src/contract/builder/packages.ts';
import { type Kind, startBuilder } from '../breakout/kinds.ts';
import { liveNames } from '../live-files.ts';
import { type BuilderOptions, type Files, newFolder, TestBuilder } from '../support.ts';
import { type Wheel, writeWheel } from './write-wheel.ts';

export { type Wheel, writeWheel };

export interface Installation {
  lock: Lock;
  environment: Environment;
  /** Packages that the builder reports because the store lacks them. */
  packages: Package[];
}

type PackageOptions = BuilderOptions & {
  wheels?: string;
  /** Sandbox kind to use instead of the strongest one. */
  kind?: Pick<Kind, 'sandbox' | 'uid'>;
};

/** Returns the unfinished installation files in a builder's folder, from the folders of its processes. */
export function unfinishedIn(stateFolder: string): string[] {
  const staging = join(stateFolder, 'environments', 'staging');
  return liveNames(staging).flatMap((process) => liveNames(join(staging, process)));
}

/** A builder that gets packages only from the wheels in `wheels`. */
export class PackageBuilder {
  readonly builder: TestBuilder;
  readonly wheels: string;
  readonly target: EnvironmentTarget;
  /** The organization for which requests are made, and its indexes. */
  hosted: Pick<LockRequest, 'organization' | 'indexes' | 'older_than'> = {};

  private constructor(builder: TestBuilder, wheels: string, target: EnvironmentTarget) {
    this.builder = builder;
    this.wheels = wheels;
    this.target = target;
  }

  static async start({ wheels = newFolder(), ...options }: PackageOptions = {}): Promise<PackageBuilder> {
    await fetchUv();
    const env = { BUILDER_TOOLS: toolsFolder, BUILDER_WHEELS: wheels, ...options.env };
    const builder = options.kind
      ? await startBuilder(options.kind, {}, env)
      : await TestBuilder.start({ ...options, env });
    const health = Object(await (await builder.fetch('/health')).json());
    return new PackageBuilder(builder, wheels, environmentTargetSchema.parse(health.target));
  }

  add(...made: Wheel[]): void {
    for (const wheel of made) writeWheel(this.wheels, wheel);
  }

  lockEvents(...texts: string[]): Promise<LockEvent[]> {
    return this.lockEventsOf(texts);
  }

  async lockEventsOf(texts: string[], more: Pick<LockRequest, 'for_cluster'> = {}): Promise<LockEvent[]> {
    const requirements = texts.map((text, at) => ({ text, at: `requirements.txt:${at + 1}` }));
    const lines = await this.#lines('/locks', { requirements, ...this.hosted, ...more });
    return lines.map((line) => lockEventSchema.parse(line));
  }

  async lock(...texts: string[]): Promise<Lock> {
    const last = (await this.lockEvents(...texts)).at(-1);
    if (last?.type !== 'locked') throw new Error(`there is no lock: ${JSON.stringify(last)}`);
    return last.lock;
  }

  async installEvents(
    { digest, text }: Pick<Lock, 'digest' | 'text'>,
    { target = this.target, stored = [] }: Partial<Pick<EnvironmentSpec, 'target' | 'stored'>> = {},
  ): Promise<EnvironmentEvent[]> {
    const lines = await this.#lines('/environments', { lock: { digest, text }, target, stored, ...this.hosted });
    return lines.map((line) => environmentEventSchema.parse(line));
  }

  async install(...texts: string[]): Promise<Installation> {
    const lock = await this.lock(...texts);
    return { lock, ...installationOf(await this.installEvents(lock)) };
  }

  /** Returns the resolution or installation failure as `code: message`. */
  async failure(...texts: string[]): Promise<string> {
    const locked = (await this.lockEvents(...texts)).at(-1);
    if (locked?.type !== 'locked') return failureOf(locked);
    return failureOf((await this.installEvents(locked.lock)).at(-1));
  }

  async spec(files: Files, environment: Environment): Promise<PythonSpec> {
    return { ...(await this.builder.putPlugin(files)), environment: refOf(environment) };
  }

  /** Sends a package from another builder, as the Worker does. */
  async send(from: PackageBuilder, { key, parts }: Package): Promise<void> {
    for (const { sha256 } of parts) await this.builder.send('PUT', `/blobs/${sha256}`, await from.blob(sha256));
    const digests = parts.map(({ sha256 }) => sha256);
    const { status } = await this.builder.send('PUT', `/packages/${key}`, JSON.stringify({ parts: digests }));
    expect(status).toBe(204);
  }

  async blob(sha256: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.builder.fetch(`/blobs/${sha256}`)).arrayBuffer());
  }

  /** Starts an instance with the environment and returns its handler's result. */
  async result(id: string, files: Files, environment: Environment): Promise<unknown> {
    const events = await this.builder.put(id, await this.spec(files, environment));
    expect(events.at(-1)).toMatchObject({ type: 'ready' });
    return this.builder.result(id);
  }

  async #lines(path: string, body: object): Promise<unknown[]> {
    const response = await this.builder.fetch(path, { method: 'POST', body: JSON.stringify(body) });
    const text = await response.text();
    expect({ status: response.status, text }).toMatchObject({ status: 200 });
    // Skips empty lines, which only keep the stream open.
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}

export function refOf({ key, packages }: Environment): EnvironmentRef {
  return { key, packages: packages.map((one) => one.key) };
}

/** Returns `name version` of each package. */
export function namesOf({ packages }: Environment): string[] {
  return packages.map(({ name, version }) => `${name} ${version}`);
}

export function installationOf(events: EnvironmentEvent[]): Omit<Installation, 'lock'> {
  const last = events.at(-1);
  if (last?.type !== 'installed') throw new Error(`there is no environment: ${JSON.stringify(last)}`);
  const packages = events.flatMap((event) => (event.type === 'package' ? [event.package] : []));
  return { environment: last.environment, packages };
}

/** Returns the log lines that start with the text. */
export function linesOf(events: (LockEvent | EnvironmentEvent)[], start = ''): string[] {
  return events.flatMap((event) => (event.type === 'log' && event.line.startsWith(start) ? [event.line] : []));
}

export function failureOf(event: LockEvent | EnvironmentEvent | undefined): string {
  if (event?.type !== 'failed') throw new Error(`it did not fail: ${JSON.stringify(event)}`);
  return `${event.deterministic ? '' : 'retried '}${event.error.code}: ${event.error.message}`;
}

/** Returns a lock for one package with these hashes. */
export function lockOf(name: string, version: string, hashes: string[]): Pick<Lock, 'digest' | 'text'> {
  const text = `${name}==${version} \\\n${hashes.map((hash) => `    --hash=sha256:${hash}`).join(' \\\n')}\n`;
  return { text, digest: createHash('sha256').update(text).digest('hex') };
}
