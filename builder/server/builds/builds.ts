// All builds of this builder: the same one is shared by all who ask for it, a few run at a time, and what came of one is kept.
import { type Build, type BuildEvent, type BuildSpec, buildKey } from '../../../src/contract/builds.ts';
import { ReplayableLog } from '../replayable-log.ts';
import { Semaphore } from '../semaphore.ts';
import { type BuildMachine, type BuildResult, runBuild } from './build.ts';
import { BuildFailed } from './build-failed.ts';
import type { BuildRecord, BuildRecords } from './build-records.ts';
import type { Go } from './go.ts';

const isLast = (event: BuildEvent) => event.type === 'built' || event.type === 'failed';

export class Builds {
  readonly #machine: BuildMachine;
  readonly #records: BuildRecords;
  readonly #turns: Semaphore;
  readonly #running = new Map<string, ReplayableLog<BuildEvent>>();

  constructor(machine: BuildMachine, records: BuildRecords) {
    this.#machine = machine;
    this.#records = records;
    this.#turns = new Semaphore(machine.limits.buildsAtOnce);
  }

  get go(): Go {
    return this.#machine.toolchain.go;
  }

  /** Whether its archive isn't needed any more. */
  async hasOutcome({ archive }: BuildSpec): Promise<boolean> {
    return (await this.#kept(await buildKey(archive, this.go.recipe))) !== undefined;
  }

  /** The last event is `built` or `failed`. Who stops listening stops nothing. */
  async *follow(spec: BuildSpec): AsyncGenerator<BuildEvent> {
    const startedAt = performance.now();
    const key = await buildKey(spec.archive, this.go.recipe);
    const kept = await this.#kept(key);
    if (kept) {
      yield 'failed' in kept
        ? { type: 'failed', key, error: kept.failed, deterministic: true }
        : { type: 'built', build: this.#told(spec, key, kept.built, true, startedAt) };
      return;
    }
    const story = this.#running.get(key) ?? this.#begin(spec, key, startedAt);
    yield* story.follow();
  }

  /** An executable that was forgotten meanwhile is made again. */
  async #kept(key: string): Promise<BuildRecord | undefined> {
    const record = await this.#records.get(key);
    if (!record || 'failed' in record) return record;
    return (await this.#machine.blobs.has(record.built.artifact.sha256)) ? record : undefined;
  }

  #begin(spec: BuildSpec, key: string, startedAt: number): ReplayableLog<BuildEvent> {
    const story = new ReplayableLog<BuildEvent>(this.#machine.limits.logLines, isLast);
    this.#running.set(key, story);
    story.append({ type: 'step', at: now(), step: 'wait' });
    void this.#turns
      .run(() => this.#run(spec, key, story, startedAt))
      .then((last) => {
        this.#running.delete(key);
        story.append(last);
      });
    return story;
  }

  async #run(spec: BuildSpec, key: string, story: ReplayableLog<BuildEvent>, startedAt: number): Promise<BuildEvent> {
    try {
      const built = await runBuild(this.#machine, spec, {
        step: (step) => story.append({ type: 'step', at: now(), step }),
        line: (line) => story.append({ type: 'log', at: now(), stream: 'stderr', line }),
      });
      await this.#records.put(key, { built });
      return { type: 'built', build: this.#told(spec, key, built, false, startedAt) };
    } catch (error) {
      return await this.#failed(key, error);
    }
  }

  async #failed(key: string, cause: unknown): Promise<BuildEvent> {
    if (!(cause instanceof BuildFailed)) {
      this.#machine.log.error('build.failed', { cause });
      const error = { code: 'build-failed' as const, message: 'the builder failed; its log says why' };
      return { type: 'failed', key, error, deterministic: false };
    }
    const message = cause.message.slice(0, this.#machine.limits.buildMessageChars);
    const error = { code: cause.code, message };
    if (cause.isDeterministic) await this.#records.put(key, { failed: error }).catch(() => {});
    return { type: 'failed', key, error, deterministic: cause.isDeterministic };
  }

  /** The commit is what this request says: the same bytes may be another one's, too. */
  #told({ commit }: BuildSpec, key: string, built: BuildResult, cached: boolean, startedAt: number): Build {
    const provenance = { ...built.provenance, commit };
    return { key, artifact: built.artifact, provenance, cached, duration_ms: performance.now() - startedAt };
  }
}

function now(): string {
  return new Date().toISOString();
}
