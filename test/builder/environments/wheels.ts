// Makes wheels, well-formed and hostile, and a builder that installs only from a folder of them.
import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fetchUv, toolsFolder } from '../../../scripts/testing/uv.ts';
import {
  type Environment,
  type EnvironmentEvent,
  type EnvironmentTarget,
  environmentEventSchema,
  environmentTargetSchema,
  type Lock,
  type LockEvent,
  lockEventSchema,
} from '../../../src/contract/builder/environments.ts';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import { writeZip } from '../../support/archives/zip-writer.ts';
import { type Kind, startBuilder } from '../breakout/kinds.ts';
import { type BuilderOptions, type Files, newFolder, TestBuilder } from '../support.ts';

export interface Wheel {
  name: string;
  version?: string;
  files?: Record<string, string | Uint8Array>;
  requires?: string[];
  /** Requires-Python. */
  python?: string;
  tag?: string;
}

/** Writes a wheel with the files exactly as they are named, and returns its path. */
export function writeWheel(folder: string, wheel: Wheel): string {
  const { name, version = '1.0.0', files = {}, requires = [], python, tag } = wheel;
  const info = `${name}-${version}.dist-info`;
  const requiresPython = python === undefined ? [] : [`Requires-Python: ${python}`];
  const metadata = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, ...requiresPython];
  const described = {
    ...files,
    [`${info}/METADATA`]: `${[...metadata, ...requires.map((text) => `Requires-Dist: ${text}`)].join('\n')}\n`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag ?? 'py3-none-any'}\n`,
  };
  const record = Object.keys(described).map((path) => `${path},,\n`);
  const entries = [
    ...Object.entries(described).map(([path, data]) => ({ name: path, data })),
    { name: `${info}/RECORD`, data: `${record.join('')}${info}/RECORD,,\n` },
  ];
  const path = join(folder, `${name}-${version}-${tag ?? 'py3-none-any'}.whl`);
  writeFileSync(path, writeZip(entries));
  // Beside the wheel, so that an index can serve it alone (PEP 658).
  writeFileSync(`${path}.metadata`, described[`${info}/METADATA`] ?? '');
  return path;
}

export type Installation = { lock: Lock; environment: Environment };

type PackageOptions = BuilderOptions & {
  wheels?: string;
  /** How it confines plugins, instead of the strongest way. */
  kind?: Pick<Kind, 'sandbox' | 'uid'>;
};

/** A builder whose only packages are the wheels in `wheels`. */
/** Returns unfinished files of installations in a builder's folder, in those of its processes. */
export function unfinishedIn(stateFolder: string): string[] {
  const names = readdirSync(join(stateFolder, 'environments', 'staging'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.includes('/'));
}

export class PackageBuilder {
  readonly builder: TestBuilder;
  readonly wheels: string;
  readonly target: EnvironmentTarget;

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

  async lockEvents(...texts: string[]): Promise<LockEvent[]> {
    const requirements = texts.map((text, at) => ({ text, at: `requirements.txt:${at + 1}` }));
    return (await this.#lines('/locks', { requirements })).map((line) => lockEventSchema.parse(line));
  }

  async lock(...texts: string[]): Promise<Lock> {
    const last = (await this.lockEvents(...texts)).at(-1);
    if (last?.type !== 'locked') throw new Error(`there is no lock: ${JSON.stringify(last)}`);
    return last.lock;
  }

  async installEvents(
    { digest, text }: Pick<Lock, 'digest' | 'text'>,
    target = this.target,
  ): Promise<EnvironmentEvent[]> {
    const lines = await this.#lines('/environments', { lock: { digest, text }, target });
    return lines.map((line) => environmentEventSchema.parse(line));
  }

  async install(...texts: string[]): Promise<Installation> {
    const lock = await this.lock(...texts);
    const last = (await this.installEvents(lock)).at(-1);
    if (last?.type !== 'installed') throw new Error(`there is no environment: ${JSON.stringify(last)}`);
    return { lock, environment: last.environment };
  }

  /** Returns `code: message` of the failure to resolve or install. */
  async failure(...texts: string[]): Promise<string> {
    const locked = (await this.lockEvents(...texts)).at(-1);
    if (locked?.type !== 'locked') return failureOf(locked);
    return failureOf((await this.installEvents(locked.lock)).at(-1));
  }

  async spec(files: Files, { key, archive }: Environment): Promise<PythonSpec> {
    return { ...(await this.builder.putPlugin(files)), environment: { key, archive: archive.sha256 } };
  }

  /** Starts an instance with the environment and returns what its handler returns. */
  async result(id: string, files: Files, environment: Environment): Promise<unknown> {
    const events = await this.builder.put(id, await this.spec(files, environment));
    expect(events.at(-1)).toMatchObject({ type: 'ready' });
    return this.builder.result(id);
  }

  async #lines(path: string, body: object): Promise<unknown[]> {
    const response = await this.builder.fetch(path, { method: 'POST', body: JSON.stringify(body) });
    const text = await response.text();
    expect({ status: response.status, text }).toMatchObject({ status: 200 });
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
}

export function failureOf(event: LockEvent | EnvironmentEvent | undefined): string {
  if (event?.type !== 'failed') throw new Error(`it did not fail: ${JSON.stringify(event)}`);
  return `${event.deterministic ? '' : 'retried '}${event.error.code}: ${event.error.message}`;
}

/** Returns a lock of one package with these hashes. */
export function lockOf(name: string, version: string, hashes: string[]): Pick<Lock, 'digest' | 'text'> {
  const text = `${name}==${version} \\\n${hashes.map((hash) => `    --hash=sha256:${hash}`).join(' \\\n')}\n`;
  return { text, digest: createHash('sha256').update(text).digest('hex') };
}
