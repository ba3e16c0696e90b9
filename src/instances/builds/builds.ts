// Builds a stored source, once per source and recipe. Records a failure only if it is deterministic. Stores the executable, and the
// WebAssembly module if there is one, in R2, because a builder's own copy is a cache (invariant 5).
import { eq, sql } from 'drizzle-orm';
import {
  type BuildError,
  type BuildEvent,
  type BuildSpec,
  buildKey,
  isLasting,
} from '../../contract/builder/builds.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import type { BuildOutput } from '../../contract/builder/go-plugins.ts';
import type { LogLine } from '../../contract/builder/logs/line.ts';
import { insertWhere } from '../../db/client.ts';
import { builds } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import { archiveKey } from '../../registry/storage/archives.ts';
import { storable } from '../../registry/storage/turns.ts';

type BuildDeps = Pick<Deps, 'db' | 'blobs' | 'builder' | 'clock' | 'storage'>;

export type BuildOutcome = { built: BuildOutput } | { error: BuildError };

export const artifactFolder = 'artifacts/';

export function artifactKey(sha256: string): string {
  return artifactFolder + sha256;
}

/** Returns the store key of a WebAssembly module. */
export function wasmKey(sha256: string): string {
  return `${artifactFolder}${sha256}.wasm`;
}

export async function buildArtifact(
  deps: BuildDeps,
  spec: BuildSpec,
  recipe: string,
  log: (line: LogLine) => void,
): Promise<BuildOutcome> {
  const key = await buildKey(spec, recipe);
  const [known] = await deps.db.select().from(builds).where(eq(builds.key, key));
  if (known?.built) return { built: known.built };
  if (known?.error) return { error: known.error };
  const last = await lastEvent(deps, spec, log);
  if (last.type === 'failed') {
    if (last.deterministic) await recordBuild(deps, last.key, { built: null, error: last.error });
    return { error: last.error };
  }
  const { cached: _, duration_ms: __, ...built } = last.build;
  await storeArtifact(deps, spec, { ...built.artifact, storedAs: artifactKey });
  if (built.wasm && 'artifact' in built.wasm)
    await storeArtifact(deps, spec, { ...built.wasm.artifact, storedAs: wasmKey });
  if (isLasting(built)) await recordBuild(deps, built.key, { built, error: null });
  return { built };
}

type Result = Extract<BuildEvent, { type: 'built' | 'failed' }>;

async function lastEvent(deps: BuildDeps, spec: BuildSpec, log: (line: LogLine) => void): Promise<Result> {
  for (let sent = false; ; sent = true) {
    try {
      for await (const event of deps.builder.build(spec)) {
        if (event.type === 'log') log({ at: event.at, stream: event.stream, line: event.line });
        else if (event.type === 'step') log({ at: event.at, stream: 'host', line: event.step });
        else return ofSource(event);
      }
      throw new BuilderError('unreachable', 'The builder stopped during the build');
    } catch (error) {
      if (sent || !(error instanceof BuilderError) || error.code !== 'blob-missing') throw error;
      await sendSource(deps, spec.archive);
    }
  }
}

/** A builder failure says nothing about the source, so the step is retried. */
function ofSource(result: Result): Result {
  if (result.type === 'failed' && result.error.code === 'build-failed')
    throw new BuilderError('internal', result.error.message);
  return result;
}

/** Sends the archive's bytes to the builder that builds it. */
export async function sendSource({ blobs, builder }: Pick<Deps, 'blobs' | 'builder'>, sha256: string): Promise<void> {
  const object = await blobs.get(archiveKey(sha256));
  if (!object) throw new Error(`the archive ${sha256} is not in the store`);
  await builder.putBlob(builder.buildHost(sha256), sha256, object.body, object.size);
}

/** Stores build results before any row refers to them. */
async function storeArtifact(
  { blobs, builder, storage }: BuildDeps,
  spec: BuildSpec,
  { sha256, size_bytes, storedAs }: BuildOutput['artifact'] & { storedAs: (sha256: string) => string },
) {
  const key = storedAs(sha256);
  if (await blobs.head(key)) return;
  const body = await builder.getBlob(builder.buildHost(spec.archive), sha256);
  if (!body) throw new BuilderError('unreachable', 'The builder no longer has the build result');
  await blobs.put(key, storable(storage, body, size_bytes), { sha256 });
}

async function recordBuild(
  { db, clock }: BuildDeps,
  key: string,
  outcome: { built: BuildOutput | null; error: BuildError | null },
): Promise<void> {
  await db.batch([
    insertWhere(db, builds, { key, ...outcome, createdAt: clock.now() }, sql`true`, sql`on conflict do nothing`),
  ]);
}
