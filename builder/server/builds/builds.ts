// Manages this builder's builds. A running build is shared by all identical requests, only a few builds run at a time, and results are
// stored.
import { z } from 'zod';
import {
  type Build,
  type BuildEvent,
  type BuildSpec,
  buildErrorSchema,
  buildKey,
  buildSchema,
  isLasting,
} from '../../../src/contract/builder/builds.ts';
import { EqualWork } from '../core/equal-work.ts';
import { FairSlots } from '../core/fair-slots.ts';
import { ReplayableLog } from '../core/replayable-log.ts';
import { ProgramStopped } from '../programs/run-program.ts';
import { type BuildMachine, type BuildResult, runBuild } from './build.ts';
import { BuildFailed } from './build-failed.ts';
import type { Go } from './go.ts';
import { JsonRecords } from './json-records.ts';

/** A stored result: an artifact, or a failure that is certain to repeat. */
const recordSchema = z.union([
  z.object({ built: buildSchema.pick({ artifact: true, provenance: true, wasm: true }) }),
  z.object({ failed: buildErrorSchema }),
]);
export type BuildRecord = z.infer<typeof recordSchema>;
export type BuildRecords = JsonRecords<BuildRecord>;

export function buildRecordsIn(folder: string): BuildRecords {
  return new JsonRecords(folder, recordSchema);
}

const isLast = (event: BuildEvent) => event.type === 'built' || event.type === 'failed';

interface BuildRequest {
  spec: BuildSpec;
  key: string;
  /** Start time by performance.now(). */
  startedAt: number;
}

export class Builds {
  readonly #machine: BuildMachine;
  readonly #records: BuildRecords;
  readonly #builds: EqualWork<ReplayableLog<BuildEvent>>;

  constructor(machine: BuildMachine, records: BuildRecords) {
    this.#machine = machine;
    this.#records = records;
    const { buildsAtOnce, buildsPerOrganization } = machine.limits;
    this.#builds = new EqualWork(new FairSlots(buildsAtOnce, buildsPerOrganization));
  }

  get go(): Go {
    return this.#machine.toolchain.go;
  }

  /** The machine. Analyses use it to prepare sources as builds do. */
  get machine(): BuildMachine {
    return this.#machine;
  }

  /** Returns whether the result is already stored, so that the archive isn't needed. */
  async hasOutcome(spec: BuildSpec): Promise<boolean> {
    return (await this.#findRecord(await buildKey(spec, this.go.recipe))) !== undefined;
  }

  /** Yields the build's events; the last is `built` or `failed`. The build continues even if the reader stops reading. */
  async *follow(spec: BuildSpec): AsyncGenerator<BuildEvent> {
    const key = await buildKey(spec, this.go.recipe);
    const request = { spec, key, startedAt: performance.now() };
    const record = await this.#findRecord(key);
    if (record) {
      yield 'failed' in record
        ? { type: 'failed', key, error: record.failed, deterministic: true }
        : { type: 'built', build: toBuild(request, record.built, true) };
      return;
    }
    yield { type: 'step', at: now(), step: 'wait' };
    const { organization } = spec;
    const events = await this.#builds.join({ organization, key }, () => this.#start(request));
    yield* events.follow();
  }

  /** Ignores a record whose artifact was evicted, so that it is built again. */
  async #findRecord(key: string): Promise<BuildRecord | undefined> {
    const record = await this.#records.get(key);
    if (!record || 'failed' in record) return record;
    const { artifact, wasm } = record.built;
    const stored = wasm && 'artifact' in wasm ? [artifact, wasm.artifact] : [artifact];
    for (const { sha256 } of stored) if (!(await this.#machine.blobs.has(sha256))) return undefined;
    return record;
  }

  #start(request: BuildRequest) {
    const events = new ReplayableLog<BuildEvent>(this.#machine.limits.logLines, isLast);
    return { run: events, ended: this.#run(request, events).then((last) => events.append(last)) };
  }

  async #run(request: BuildRequest, events: ReplayableLog<BuildEvent>): Promise<BuildEvent> {
    const { spec, key } = request;
    try {
      const built = await runBuild(this.#machine, spec, {
        step: (step) => events.append({ type: 'step', at: now(), step }),
        line: (line) => events.append({ type: 'log', at: now(), stream: 'stderr', line }),
      });
      if (isLasting(built)) await this.#records.put(key, { built });
      return { type: 'built', build: toBuild(request, built, false) };
    } catch (error) {
      return await this.#toFailure(key, error);
    }
  }

  async #toFailure(key: string, cause: unknown): Promise<BuildEvent> {
    if (!(cause instanceof BuildFailed)) {
      this.#machine.log.error('build.failed', { cause });
      const isKnown = cause instanceof ProgramStopped;
      const message = isKnown ? cause.message : 'The builder failed. See its log for the cause.';
      const error = { code: 'build-failed' as const, message };
      return { type: 'failed', key, error, deterministic: false };
    }
    const message = cause.message.slice(0, this.#machine.limits.buildMessageChars);
    const error = { code: cause.code, message };
    if (cause.isDeterministic) await this.#records.put(key, { failed: error }).catch(() => {});
    return { type: 'failed', key, error, deterministic: cause.isDeterministic };
  }
}

/** Uses this request's commit, because several commits may have the same bytes and share a record. */
function toBuild({ spec, key, startedAt }: BuildRequest, built: BuildResult, cached: boolean): Build {
  const { commit } = spec;
  const { artifact, provenance, wasm } = built;
  return {
    key,
    artifact,
    provenance: { ...provenance, commit },
    ...(wasm && { wasm: 'artifact' in wasm ? { ...wasm, provenance: { ...wasm.provenance, commit } } : wasm }),
    cached,
    duration_ms: performance.now() - startedAt,
  };
}

function now(): string {
  return new Date().toISOString();
}
