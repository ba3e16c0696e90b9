// Base class for the Durable Objects of instance and build containers. Contains only Cloudflare's side; managed-container.ts handles
// the container's life cycle.
import { DurableObject } from 'cloudflare:workers';
import { sharedHeader } from '../../contract/builder/instances.ts';
import { awakeLimits, builderLimits } from '../../contract/limits/builder.ts';
import { containerLimits, packingLimits, serverMemoryMiB } from '../../contract/limits/containers.ts';
import {
  buildsContainer,
  type ContainerSize,
  environmentBytesMax,
  jurisdictionSchema,
  organizationIn,
  sizeMemoryMiB,
} from '../../contract/plugin/placement.ts';
import { systemClock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { database } from '../../db/client.ts';
import { type LogStore, storeLogs } from '../../logs/stored-chunks.ts';
import { countAwakeTime } from '../../traffic/usage.ts';
import { ContainerFleets, fleetAsked, type SendTo } from './container-fleet.ts';
import { type ContainerSettings, ManagedContainer, type Purpose } from './managed-container.ts';
import { leaveContainer } from './outgrown.ts';

export type ContainerOptions = Omit<ContainerSettings, 'reset' | 'keepLog' | 'moveOut'> & {
  logs: LogStore;
  /** Other Durable Objects of the same class, by name. */
  siblings?: DurableObjectNamespace;
};

export interface ContainerEnvironment {
  ARCHIVES: R2Bucket;
  DB: D1Database;
  CONTAINER_IDLE_SECONDS: number;
}

/**
 * The limit applies to a process's address space, which is larger than its memory use. A small container keeps the usual limit, because
 * its own memory is the effective bound.
 */
export function instanceOptions(
  env: ContainerEnvironment,
  size: ContainerSize,
  siblings: DurableObjectNamespace,
  log: Log,
): ContainerOptions {
  const memoryBytes = Math.max(builderLimits.memoryBytes, sizeMemoryMiB[size] * 2 ** 20);
  return { ...optionsFor('instance', env, { size, limits: { memoryBytes } }, log), siblings };
}

export function buildsOptions(env: ContainerEnvironment, log: Log): ContainerOptions {
  const { buildsAtOnce, memoryMiB, size } = buildsContainer;
  return optionsFor('builds', env, { size, limits: { buildsAtOnce, buildMemoryBytes: memoryMiB * 2 ** 20 } }, log);
}

function diskLimits(size: ContainerSize) {
  const bytes = environmentBytesMax(size);
  return { environmentBytes: bytes, environmentCacheBytes: bytes };
}

/** In a small shared container, limits a growing plugin so that a neighbor still fits until the plugin has moved out. */
function sharedLimits(size: ContainerSize) {
  const mostMiB = Math.min(packingLimits.memoryMiB, sizeMemoryMiB[size] - serverMemoryMiB - packingLimits.instanceMiB);
  return { memoryBytes: mostMiB * 2 ** 20, sharedBytes: packingLimits.instanceMiB * 2 ** 20 };
}

/** Keeps the server inside from stopping an idle instance before the container sleeps. */
function optionsFor(
  purpose: Purpose,
  { ARCHIVES, CONTAINER_IDLE_SECONDS, DB }: ContainerEnvironment,
  { size, limits: own }: { size: ContainerSize; limits: Partial<Record<keyof typeof builderLimits, number>> },
  log: Log,
): ContainerOptions {
  const limits = { ...own, ...diskLimits(size) };
  const idleMs = CONTAINER_IDLE_SECONDS * 1000;
  const standbyIdleMs = Math.min(builderLimits.standbyIdleMs, idleMs);
  const inside = { ...limits, idleMs: 2 * idleMs, standbyIdleMs: 2 * standbyIdleMs };
  return {
    logs: { blobs: ARCHIVES, db: database(DB), clock: systemClock },
    purpose,
    idleMs,
    standbyIdleMs,
    env: { BUILDER_LIMITS: JSON.stringify(inside), BUILDER_SINGLE: '1' },
    sharedEnv: (container) => ({
      BUILDER_LIMITS: JSON.stringify({ ...limits, ...sharedLimits(size), idleMs, standbyIdleMs }),
      BUILDER_ORGANIZATION: organizationIn(container),
    }),
    log,
  };
}

export abstract class BuilderContainer extends DurableObject {
  readonly #managed: ManagedContainer | undefined;
  readonly #fleets: ContainerFleets;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env, { logs, siblings, ...options }: ContainerOptions) {
    super(ctx, env);
    const reset = async () => {
      await new Promise((resolve) => setTimeout(resolve, containerLimits.resetDelayMs));
      ctx.abort('a container failed');
    };
    const keepLog: ContainerSettings['keepLog'] = async (id, source, isEnd) => {
      const afterMs = isEnd ? 0 : awakeLimits.countedEveryMs;
      await countAwakeTime(logs, source, afterMs).catch((cause) =>
        options.log.warn('container.not_counted', { cause }),
      );
      return storeLogs(logs, source, id === undefined ? { seal: true } : { id, seal: true });
    };
    const moveOut: ContainerSettings['moveOut'] = (id, container) => leaveContainer(logs, id, container);
    const { jurisdiction, name } = ctx.id;
    const others =
      jurisdiction === undefined ? siblings : siblings?.jurisdiction(jurisdictionSchema.parse(jurisdiction));
    const sendTo: SendTo = async (id, request) => {
      const sibling = id === name || request.headers.has(sharedHeader) ? this : others?.getByName(id);
      if (!sibling) throw new Error(`can't reach any container of ${id}`);
      return sibling.fetch(request);
    };
    this.#fleets = new ContainerFleets(sendTo, options.idleMs);
    const settings = { ...options, keepLog, moveOut, reset };
    this.#managed = ctx.container && new ManagedContainer(ctx.container, ctx.storage, settings);
  }

  override async fetch(request: Request): Promise<Response> {
    const deploymentId = fleetAsked(request);
    if (this.#managed && deploymentId !== undefined) return this.#fleets.answer(deploymentId, request);
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
