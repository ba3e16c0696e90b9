// Finds limits in a wrangler.toml that contradict each other or the code: container sizes, counts and grace periods, queues, and times.
// Each fault names the value to set.
import { shutdownMsMax } from '../../src/contract/limits/builder.ts';
import { crons } from '../../src/contract/limits/leases.ts';
import { quotaTable } from '../../src/contract/limits/quotas.ts';
import { apiLimits } from '../../src/contract/limits/requests.ts';
import {
  buildsContainer,
  type ContainerSize,
  containerSizes,
  defaultSize,
  sizeMemoryMiB,
} from '../../src/contract/plugin/placement.ts';
import { formatGiB } from '../../src/core/quantities.ts';

interface ContainerConfig {
  class_name: string;
  /** Path of a Dockerfile to build, or the name of a pushed image. */
  image?: string | undefined;
  instance_type?: unknown;
  max_instances?: number | undefined;
  rollout_active_grace_period?: number | undefined;
  image_vars?: Record<string, string> | undefined;
}

interface ConsumerConfig {
  queue: string;
  max_batch_size?: number | undefined;
  max_concurrency?: number | null | undefined;
  dead_letter_queue?: string | undefined;
}

/** The part of wrangler's configuration that is checked here. */
export interface LimitsConfig {
  vars: Record<string, unknown>;
  containers?: ContainerConfig[] | undefined;
  r2_buckets: { binding: string; bucket_name?: string | undefined }[];
  queues: { producers?: { queue: string }[] | undefined; consumers?: ConsumerConfig[] | undefined };
  triggers?: { crons?: string[] | undefined } | undefined;
  limits?: { cpu_ms?: number | undefined } | undefined;
  placement?: { mode?: string | undefined } | undefined;
  observability?: { enabled?: boolean | undefined } | undefined;
  ratelimits?: { name: string; simple: { limit: number; period: number } }[] | undefined;
}

/** Instance classes by container size. */
const classes: Record<ContainerSize, string> = {
  lite: 'InstanceLite',
  basic: 'InstanceBasic',
  'standard-1': 'Instance',
  'standard-2': 'InstanceStandard2',
  'standard-3': 'InstanceStandard3',
  'standard-4': 'InstanceStandard4',
};
const buildsClass = 'Builds';
/** Prefix of images in Cloudflare's registry, which are already built. */
const pushedImages = 'registry.cloudflare.com/';
/** Cloudflare's limit for the memory of an account's concurrently running containers. */
const accountMemoryMiB = 6 * 1024 * 1024;
/** Cloudflare's default. */
const defaultCpuMs = 30_000;
/** Queues whose messages must not wait for each other. Each batch has one message. */
const oneByOne = [
  'slipway-deployments',
  'slipway-deliveries',
  'slipway-runs',
  'slipway-calls',
  'slipway-calls-low',
  'slipway-artifacts',
];

export function limitFaults(config: LimitsConfig): string[] {
  const inContainers = config.vars.BUILDER_MODE === 'container' ? containerFaults(config) : [];
  return [
    ...inContainers,
    ...queueFaults(config),
    ...cronFaults(config),
    ...placeFaults(config),
    ...otherFaults(config),
  ];
}

function containerFaults({ containers = [], vars }: LimitsConfig): string[] {
  const byClass = new Map(containers.map((container) => [container.class_name, container]));
  const expected = [
    ...containerSizes.map((size) => [classes[size], size] as const),
    [buildsClass, buildsContainer.size],
  ];
  const missing = expected
    .filter(([name]) => !byClass.has(name ?? ''))
    .map(([name]) => `${name} has no [[containers]]`);
  const sizes = expected.flatMap(([name, size]) => {
    const type = byClass.get(name ?? '')?.instance_type;
    return type === undefined || type === size
      ? []
      : [`instance_type of ${name} is ${JSON.stringify(type)}, but Slipway relies on ${JSON.stringify(size)}`];
  });
  return [
    ...missing,
    ...sizes,
    ...capacityFaults(byClass),
    ...buildHostFaults(byClass, vars),
    ...containers.flatMap(rolloutFaults),
    ...pinFaults(containers),
  ];
}

/**
 * During a redeploy, a plugin has two containers. An organization may redeploy all its live plugins, most of which declare no memory.
 */
function capacityFaults(byClass: Map<string, ContainerConfig>): string[] {
  const live = quotaTable.live_deployments.fallback;
  const faults = containerSizes.flatMap((size) => {
    const { max_instances: max } = byClass.get(classes[size]) ?? {};
    const needed = size === defaultSize ? 2 * live : 2;
    if (max === undefined || max >= needed) return [];
    const reason =
      size === defaultSize
        ? `the quota live_deployments allows an organization ${live}, and a redeploy takes two`
        : 'a redeploy takes two';
    return [`max_instances of ${classes[size]} is ${max}, but ${reason}: set at least ${needed}`];
  });
  const memory = containerSizes.map((size) => (byClass.get(classes[size])?.max_instances ?? 0) * sizeMemoryMiB[size]);
  const total = memory.reduce((sum, mebibytes) => sum + mebibytes, 0);
  if (total <= accountMemoryMiB) return faults;
  return [
    ...faults,
    `max_instances of all classes add up to ${formatGiB(total * 2 ** 20)} of memory, but an account may use ${formatGiB(accountMemoryMiB * 2 ** 20)}`,
  ];
}

function buildHostFaults(
  byClass: Map<string, ContainerConfig>,
  { BUILD_HOSTS: hosts = 2 }: LimitsConfig['vars'],
): string[] {
  const max = byClass.get(buildsClass)?.max_instances;
  return max === undefined || Number(hosts) <= max
    ? []
    : [`BUILD_HOSTS is ${hosts}, but max_instances of ${buildsClass} is ${max}: set it to at least ${hosts}`];
}

function rolloutFaults({ class_name, rollout_active_grace_period: seconds = 0 }: ContainerConfig): string[] {
  const needed = shutdownMsMax / 1000;
  return seconds >= needed
    ? []
    : [
        `rollout_active_grace_period of ${class_name} is ${seconds}, but its builder may drain for ${needed} s: set ${needed}`,
      ];
}

/** Base images need a tag and a digest, so that deployments are reproducible. A placeholder is reported as a separate fault. */
function pinFaults(containers: ContainerConfig[]): string[] {
  const built = containers.filter(({ image }) => image?.startsWith(pushedImages) !== true);
  const unpinned = built.flatMap(({ class_name, image_vars = {} }) =>
    ['BASE', 'NODE'].filter((name) => !/@sha256:/.test(image_vars[name] ?? '')).map((name) => ({ name, class_name })),
  );
  return [...new Set(unpinned.map(({ name }) => name))].map((name) => {
    const of = unpinned.filter((other) => other.name === name).map(({ class_name }) => class_name);
    return `image_vars.${name} of ${of.join(', ')} has no digest: write it as NAME:TAG@sha256:DIGEST`;
  });
}

function queueFaults({ queues: { producers = [], consumers = [] } }: LimitsConfig): string[] {
  const consumed = new Map(consumers.map((consumer) => [consumer.queue, consumer]));
  return [...new Set(producers.map(({ queue }) => queue))].flatMap((queue) => {
    const consumer = consumed.get(queue);
    if (!consumer) return [`queue ${queue} has no consumer`];
    const { dead_letter_queue: dead, max_batch_size: batch = 10, max_concurrency: atOnce } = consumer;
    const lost = dead === undefined ? [`queue ${queue} has no dead_letter_queue`] : [];
    const unread = dead !== undefined && !consumed.has(dead) ? [`queue ${dead} has no consumer`] : [];
    const together =
      oneByOne.includes(queue) && batch !== 1
        ? [`max_batch_size of ${queue} is ${batch}, but its messages must not wait for each other: set 1`]
        : [];
    const unbounded =
      atOnce == null ? [`queue ${queue} has no max_concurrency: up to 250 consumers would query one database`] : [];
    return [...lost, ...unread, ...together, ...unbounded];
  });
}

/** A trigger's effect depends on its exact text (src/worker.ts). */
function cronFaults({ triggers, vars }: LimitsConfig): string[] {
  const consequences = {
    sweep: 'the sweep would never run',
    logs: 'only the sweep would store the logs of a builder behind a URL',
    heartbeat: 'no database replica would be used (D1_REPLICAS)',
  };
  const needed = (['sweep', 'logs', 'heartbeat'] as const).filter(
    (name) => name !== 'heartbeat' || vars.D1_REPLICAS === '1',
  );
  return needed
    .filter((name) => !triggers?.crons?.includes(crons[name]))
    .map((name) => `triggers.crons lacks "${crons[name]}": ${consequences[name]}`);
}

function placeFaults({ placement, observability }: LimitsConfig): string[] {
  const moved = placement !== undefined && placement.mode !== 'off';
  return [
    ...(moved ? ['placement moves the Worker away from callers, but it must run near them: set mode = "off"'] : []),
    ...(observability?.enabled === true ? [] : ['observability.enabled is not true: nobody would see failures']),
  ];
}

function otherFaults({ vars, r2_buckets, limits, ratelimits = [] }: LimitsConfig): string[] {
  const bucket = r2_buckets.find(({ binding }) => binding === 'ARCHIVES')?.bucket_name;
  const cpuMs = limits?.cpu_ms ?? defaultCpuMs;
  const confirmMs = Number(vars.CONFIRM_INLINE_MS ?? 0);
  const { rateLimitPeriodSeconds } = apiLimits;
  return [
    ...(bucket !== undefined && vars.S3_BUCKET !== undefined && bucket !== vars.S3_BUCKET
      ? [`S3_BUCKET is ${vars.S3_BUCKET}, but ARCHIVES is bound to ${bucket}: presigned uploads would not be found`]
      : []),
    ...(cpuMs >= confirmMs
      ? []
      : [`limits.cpu_ms is ${cpuMs}, but a confirm may work for CONFIRM_INLINE_MS (${confirmMs})`]),
    ...ratelimits
      .filter(({ simple }) => simple.period !== rateLimitPeriodSeconds)
      .map(
        ({ name, simple }) =>
          `period of ${name} is ${simple.period}, but the API reports it as ${rateLimitPeriodSeconds}`,
      ),
  ];
}
