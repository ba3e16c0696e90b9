// Base of the Durable Objects for the containers of instances and builds. Cloudflare's side only; the life of a container is in
// managed-container.ts.
import { DurableObject } from 'cloudflare:workers';
import { builderLimits } from '../../contract/limits/builder.ts';
import { containerLimits } from '../../contract/limits/containers.ts';
import {
  buildsContainer,
  type ContainerSize,
  environmentBytesOf,
  jurisdictionSchema,
  sizeMemoryMiB,
} from '../../contract/plugin/placement.ts';
import { systemClock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { database } from '../../db/client.ts';
import { type LogStore, storeLogs } from '../../logs/stored-chunks.ts';
import { ContainerFleet, fleetAsked, type SendTo } from './container-fleet.ts';
import { type ContainerSettings, ManagedContainer, type Purpose } from './managed-container.ts';

export type ContainerOptions = Omit<ContainerSettings, 'reset' | 'keepLog'> & {
  logs: LogStore;
  /** Durable Objects of its class, by name. */
  siblings?: DurableObjectNamespace;
};

export interface ContainerEnvironment {
  ARCHIVES: R2Bucket;
  DB: D1Database;
  CONTAINER_IDLE_SECONDS: number;
}

/** A process's address space is not its memory. So a small container keeps the usual limit, and its own memory is what binds. */
export function instanceOptions(
  env: ContainerEnvironment,
  size: ContainerSize,
  siblings: DurableObjectNamespace,
  log: Log,
): ContainerOptions {
  const memoryBytes = Math.max(builderLimits.memoryBytes, sizeMemoryMiB[size] * 2 ** 20);
  return { ...optionsFor('instance', env, { memoryBytes, ...diskLimits(size) }, log), siblings };
}

export function buildsOptions(env: ContainerEnvironment, log: Log): ContainerOptions {
  const { buildsAtOnce, memoryMiB, size } = buildsContainer;
  return optionsFor('builds', env, { buildsAtOnce, buildMemoryBytes: memoryMiB * 2 ** 20, ...diskLimits(size) }, log);
}

function diskLimits(size: ContainerSize) {
  const bytes = environmentBytesOf(size);
  return { environmentBytes: bytes, environmentCacheBytes: bytes };
}

/** The server inside must not stop an idle instance before its container sleeps. */
function optionsFor(
  purpose: Purpose,
  { ARCHIVES, CONTAINER_IDLE_SECONDS, DB }: ContainerEnvironment,
  limits: Partial<Record<keyof typeof builderLimits, number>>,
  log: Log,
): ContainerOptions {
  const idleMs = CONTAINER_IDLE_SECONDS * 1000;
  const standbyIdleMs = Math.min(builderLimits.standbyIdleMs, idleMs);
  const inside = { ...limits, idleMs: 2 * idleMs, standbyIdleMs: 2 * standbyIdleMs };
  return {
    logs: { blobs: ARCHIVES, db: database(DB), clock: systemClock },
    purpose,
    idleMs,
    standbyIdleMs,
    env: { BUILDER_LIMITS: JSON.stringify(inside), BUILDER_SINGLE: '1' },
    log,
  };
}

export abstract class BuilderContainer extends DurableObject {
  readonly #managed: ManagedContainer | undefined;
  readonly #fleet: ContainerFleet;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env, { logs, siblings, ...options }: ContainerOptions) {
    super(ctx, env);
    const reset = async () => {
      await new Promise((resolve) => setTimeout(resolve, containerLimits.resetDelayMs));
      ctx.abort('a container failed');
    };
    const keepLog: ContainerSettings['keepLog'] = (id, source) => storeLogs(logs, source, { id, seal: true });
    const { jurisdiction, name } = ctx.id;
    const others =
      jurisdiction === undefined ? siblings : siblings?.jurisdiction(jurisdictionSchema.parse(jurisdiction));
    const sendTo: SendTo = async (id, request) => {
      const sibling = id === name ? this : others?.getByName(id);
      if (!sibling) throw new Error(`no container of ${id} can be asked`);
      return sibling.fetch(request);
    };
    this.#fleet = new ContainerFleet(sendTo, options.idleMs);
    this.#managed = ctx.container && new ManagedContainer(ctx.container, ctx.storage, { ...options, keepLog, reset });
  }

  override async fetch(request: Request): Promise<Response> {
    const deploymentId = fleetAsked(request);
    if (this.#managed && deploymentId !== undefined) return this.#fleet.answer(deploymentId, request);
    if (this.#managed) return this.#managed.fetch(request);
    return new Response(
      'this Worker has no containers: set BUILDER_MODE=url, or configure containers in wrangler.toml',
      { status: 503 },
    );
  }

  override async alarm(): Promise<void> {
    await this.#managed?.tick();
  }
}
