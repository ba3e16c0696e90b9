// Gathers the metrics of an installation: what its parts answer, what waits in the database, calls by plugin, and the builder's own state.
// An isolate's own numbers are not among them: each scrape may reach another isolate.
import type { Deps } from '../deps.ts';
import { builderFamilies, callFamilies } from './call-families.ts';
import { type Family, gauge } from './exposition.ts';
import { type Facts, readFacts } from './facts.ts';
import { type AskingDeps, askParts, isReady, type PartCheck } from './parts.ts';

/** Asks every part once. What a part that does not answer would have said is missing. */
export async function metricsOf(deps: AskingDeps & Pick<Deps, 'policyVersion' | 'runtimeMemory'>): Promise<Family[]> {
  const [{ checks, rows, health }, memory] = await Promise.all([
    askParts(deps, () => readFacts(deps)),
    deps.runtimeMemory().catch(() => null),
  ]);
  return [
    ...partFamilies(checks),
    ...(rows ? [...workFamilies(rows, deps.clock.now()), ...callFamilies(rows.totals)] : []),
    ...(health ? builderFamilies(health) : []),
    ...(memory === null ? [] : [gauge('slipway_worker_memory_bytes', 'Memory of workerd.', [{ value: memory }])]),
  ];
}

function partFamilies(checks: readonly PartCheck[]): Family[] {
  return [
    gauge('slipway_part_up', 'Whether the part answers: the database, the store or the builder.', [
      ...checks.map((check) => ({ labels: { part: check.part }, value: isReady(check) ? 1 : 0 })),
    ]),
    gauge('slipway_part_answer_seconds', 'How long the part took to answer this scrape.', [
      ...checks.map(({ part, tookMs }) => ({ labels: { part }, value: tookMs / 1000 })),
    ]),
  ];
}

const unfinishedStates = ['queued', 'claimed', 'building', 'starting', 'verifying', 'ready'] as const;

function workFamilies({ dead, deployments, failing, sweptAt, waiting }: Facts, now: number): Family[] {
  const [since] = waiting;
  const ages = Object.entries(since ?? {}).map(([queue, at]) => ({ labels: { queue }, value: secondsSince(at, now) }));
  const states = new Map(deployments.map(({ state, count }) => [state, count]));
  const [swept] = sweptAt;
  return [
    gauge('slipway_queue_oldest_seconds', 'For how long the oldest work has been due and held by no worker.', ages),
    gauge(
      'slipway_sweep_age_seconds',
      'Time since the last sweep began.',
      swept?.at == null ? [] : [{ value: secondsSince(swept.at, now) }],
    ),
    gauge(
      'slipway_deployments_unfinished',
      'Deployments in progress, by state.',
      unfinishedStates.map((state) => ({ labels: { state }, value: states.get(state) ?? 0 })),
    ),
    gauge(
      'slipway_webhooks_failing',
      'Webhooks whose deliveries fail.',
      failing.map(({ count }) => ({ value: count })),
    ),
    gauge(
      'slipway_dead_letters',
      'Messages of the last hour that could never succeed.',
      dead.map(({ count }) => ({ value: count })),
    ),
  ];
}

function secondsSince(at: number | null, now: number): number {
  return at === null ? 0 : Math.max(0, now - at) / 1000;
}
