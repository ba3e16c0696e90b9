// Gathers an installation's metrics: whether its parts respond, waiting work in the database, calls by plugin, and each builder's
// state. Excludes an isolate's own numbers, because each scrape may reach another isolate.
import { severities } from '../contract/advisories.ts';
import type { GpuCard } from '../contract/builder/machine/gpus.ts';
import type { Usage } from '../contract/builder/machine/health.ts';
import type { BuilderReport } from '../contract/builder/machine/reports.ts';
import { metrics } from '../contract/limits/traffic.ts';
import type { Deps } from '../deps.ts';
import { rankOf } from '../registry/versions/known-advisories.ts';
import { type Family, gauge, type Sample } from './exposition.ts';
import { type Facts, readFacts } from './facts.ts';
import { gaugeFamilies } from './gauges.ts';
import { type AskingDeps, askParts, isReady, type PartCheck } from './parts.ts';

type Total = Facts['totals'][number];

/** Histogram buckets to show, which are every other one that is counted. Bucket n has calls of up to 2^n ms (contract/traffic.ts). */
const shownBuckets = [1, 3, 5, 7, 9, 11, 13, 15] as const;

function callFamilies(totals: readonly Total[]): Family[] {
  const batched = totals.filter(({ batchedCalls }) => batchedCalls > 0);
  const ofBatches = (name: string, help: string, read: (total: Total) => number): Family => ({
    ...{ name, type: 'counter', help },
    samples: batched.map((total) => ({ labels: labelsOf(total), value: read(total) })),
  });
  return [
    {
      name: 'slipway_call_duration_seconds',
      type: 'histogram',
      help: 'Ended calls, by duration.',
      samples: totals.flatMap(histogramOf),
    },
    {
      name: 'slipway_call_errors',
      type: 'counter',
      help: 'Calls that the plugin itself failed.',
      samples: totals.map((total) => ({ labels: labelsOf(total), value: total.errors })),
    },
    {
      name: 'slipway_call_invalid_inputs',
      type: 'counter',
      help: "Calls that failed on inputs that the plugin's input_schema refuses.",
      samples: totals.map((total) => ({ labels: labelsOf(total), value: total.invalidInputs })),
    },
    ofBatches('slipway_batched_calls', 'Calls that ran in batches.', (total) => total.batchedCalls),
    ofBatches('slipway_batches', 'Batches of these calls.', (total) => Math.round(total.batchMillionths / 1_000_000)),
    ofBatches(
      'slipway_batch_wait_seconds',
      'Time that these calls waited for their batches to begin.',
      (total) => total.batchWaitMs / 1000,
    ),
  ];
}

function histogramOf(total: Total): Sample[] {
  const labels = labelsOf(total);
  const upTo = (bucket: number) => total.latencies.slice(0, bucket + 1).reduce((sum, calls) => sum + calls, 0);
  const bucket = (le: string, value: number) => ({ suffix: '_bucket', labels: { ...labels, le }, value });
  return [
    ...shownBuckets.map((shown) => bucket(String(2 ** shown / 1000), upTo(shown))),
    bucket('+Inf', total.calls),
    { suffix: '_sum', labels, value: total.durationMs / 1000 },
    { suffix: '_count', labels, value: total.calls },
  ];
}

/** Calls of plugins without a row of their own have only one label. */
function labelsOf({ kind, name, namespaceId, organizationId, pluginId }: Total): Record<string, string> {
  if (pluginId === '') return { plugin: 'other' };
  return { organization: organizationId ?? '', namespace: namespaceId, kind: kind ?? '', plugin: name ?? pluginId };
}

type OfBuilder = [name: string, help: string, read: (usage: Usage) => number];

const builderGauges: OfBuilder[] = [
  ['slipway_builder_memory_bytes', "Memory of the builder's own process.", (use) => use.memory.process_bytes],
  ['slipway_builder_memory_available_bytes', 'Memory left for plugins.', (use) => use.memory.available_bytes],
  ['slipway_builder_disk_free_bytes', "Free space on the builder's disk.", (use) => use.disk.free_bytes],
  ['slipway_builder_disk_bytes', "Size of the builder's disk.", (use) => use.disk.total_bytes],
  ['slipway_builder_calls_in_flight', 'Calls in progress on instances.', (use) => use.calls_in_flight],
];

type OfCard = [name: string, help: string, read: (card: GpuCard) => number];

const cardGauges: OfCard[] = [
  ['slipway_gpu_memory_bytes', 'Memory of a GPU that the builder lends.', (card) => card.memory_bytes],
  ['slipway_gpu_lent_bytes', "The GPU's memory that is lent to plugins.", (card) => card.lent_bytes],
  ['slipway_gpu_used_bytes', "The GPU's memory that all programs use.", (card) => card.used_bytes],
  [
    'slipway_gpu_processes',
    'Plugin processes that hold memory of the GPU.',
    (card) => card.holders.reduce((sum, { processes }) => sum + processes, 0),
  ],
];

/** MIG devices share their card's index, so the UUID is a label, too. */
function gpuFamilies(reports: readonly BuilderReport[]): Family[] {
  const lending = reports.flatMap(({ health, name }) => (health?.gpus ? [{ gpus: health.gpus, name }] : []));
  const cards = lending.flatMap(({ gpus, name }) =>
    gpus.cards.map((card) => ({ card, labels: { builder: name, card: String(card.index), uuid: card.uuid } })),
  );
  return [
    ...cardGauges.map(([name, help, read]) =>
      gauge(
        name,
        help,
        cards.map(({ card, labels }) => ({ labels, value: read(card) })),
      ),
    ),
    {
      name: 'slipway_gpu_ended',
      type: 'counter',
      help: 'Plugin processes that the builder ended because they used more GPU memory than their share.',
      samples: lending.map(({ gpus, name }) => ({ labels: { builder: name }, value: gpus.ended })),
    },
  ];
}

/** A builder that doesn't report a value has no sample of it. */
function builderFamilies(reports: readonly BuilderReport[]): Family[] {
  const each = (read: (report: BuilderReport) => number | undefined): Sample[] =>
    reports.flatMap((report) => {
      const value = read(report);
      return value === undefined ? [] : [{ labels: { builder: report.name }, value }];
    });
  const used = (read: OfBuilder[2]) => each(({ health }) => health?.usage && read(health.usage));
  const instances = reports.flatMap(({ health, name }) =>
    Object.entries(health?.usage?.instances ?? {}).map(([state, value]) => ({
      labels: { builder: name, state },
      value,
    })),
  );
  const up = each(({ condition }) => (condition === 'ok' ? 1 : 0));
  const quarantined = each(({ health }) => health?.quarantined);
  const restarts = used((usage) => usage.restarts);
  return [
    gauge('slipway_builder_up', 'Whether the builder answers.', up),
    ...builderGauges.map(([name, help, read]) => gauge(name, help, used(read))),
    gauge('slipway_builder_instances', 'Instances on the builder, by state.', instances),
    gauge('slipway_builder_quarantined', 'Folders that the builder could not remove.', quarantined),
    {
      name: 'slipway_builder_instance_restarts',
      type: 'counter',
      help: 'Restarts of plugin processes that had exited on their own.',
      samples: restarts,
    },
  ];
}

/** Asks every part once. If a part doesn't respond, omits its metrics. */
export async function collectMetrics(
  deps: AskingDeps & Pick<Deps, 'policyVersion' | 'runtimeMemory' | 'features' | 'storage'>,
): Promise<Family[]> {
  const [{ checks, rows, builders }, memory] = await Promise.all([
    askParts(deps, () => readFacts(deps)),
    deps.runtimeMemory().catch(() => null),
  ]);
  return [
    ...partFamilies(checks),
    ...(rows ? databaseFamilies(deps, rows) : []),
    ...builderFamilies(builders),
    ...gpuFamilies(builders),
    ...(memory === null ? [] : [gauge('slipway_worker_memory_bytes', 'Memory of workerd.', [{ value: memory }])]),
  ];
}

function databaseFamilies(
  { clock, features, storage }: Pick<Deps, 'clock' | 'features' | 'storage'>,
  rows: Facts,
): Family[] {
  return [
    ...sizeFamilies(storage, rows),
    ...workFamilies(rows, clock.now()),
    ...callFamilies(rows.totals),
    ...gaugeFamilies(features, rows.gauges),
  ];
}

/** A local database may fill its disk. */
function sizeFamilies({ local }: Deps['storage'], { sized }: Facts): Family[] {
  return [
    gauge('slipway_database_bytes', "The database's size.", [{ value: sized.meta.size_after }]),
    gauge(
      'slipway_database_bytes_max',
      'The largest size that D1 allows.',
      local ? [] : [{ value: metrics.databaseBytesMax }],
    ),
  ];
}

function partFamilies(checks: readonly PartCheck[]): Family[] {
  return [
    gauge('slipway_part_up', 'Whether the part responds: the database, the store or the builder.', [
      ...checks.map((check) => ({ labels: { part: check.part }, value: isReady(check) ? 1 : 0 })),
    ]),
    gauge('slipway_part_answer_seconds', 'Response time of the part for this scrape.', [
      ...checks.map(({ part, tookMs }) => ({ labels: { part }, value: tookMs / 1000 })),
    ]),
  ];
}

const unfinishedStates = ['queued', 'claimed', 'building', 'starting', 'verifying', 'ready'] as const;

function workFamilies({ affected, dead, deployments, sweptAt, waiting }: Facts, now: number): Family[] {
  const [since] = waiting;
  const ages = Object.entries(since ?? {}).map(([queue, at]) => ({ labels: { queue }, value: secondsSince(at, now) }));
  const states = new Map(deployments.map(({ state, count }) => [state, count]));
  const [swept] = sweptAt;
  return [
    gauge('slipway_queue_oldest_seconds', 'How long the oldest due work has been waiting for a worker.', ages),
    gauge(
      'slipway_sweep_age_seconds',
      'Time since the last sweep started.',
      swept?.at == null ? [] : [{ value: secondsSince(swept.at, now) }],
    ),
    gauge(
      'slipway_deployments_unfinished',
      'Deployments in progress, by state.',
      unfinishedStates.map((state) => ({ labels: { state }, value: states.get(state) ?? 0 })),
    ),
    gauge(
      'slipway_dead_letters',
      'Messages in the last hour that could never succeed.',
      dead.map(({ messages }) => ({ value: messages })),
    ),
    gauge(
      'slipway_work_set_aside',
      'Work of the last hour that is not begun again, because it made Slipway hang or its tries never ended.',
      dead.map(({ setAside }) => ({ value: setAside })),
    ),
    gauge(
      'slipway_live_versions_affected',
      'Live versions that advisories affect, by the highest severity. An advisory without one counts as critical.',
      severities.map((severity) => ({
        labels: { severity },
        value: affected.find(({ rank }) => rank === rankOf(severity))?.count ?? 0,
      })),
    ),
  ];
}

function secondsSince(at: number | null, now: number): number {
  return at === null ? 0 : Math.max(0, now - at) / 1000;
}
