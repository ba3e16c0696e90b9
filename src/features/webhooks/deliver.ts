// Delivers an endpoint's due webhook events. Each worker holds the lease of one lane. If a worker dies, events without a stored outcome
// are sent again; the receiver recognizes them by the same `webhook-id`.
import { webhooks } from '../../contract/features/webhooks/limits.ts';
import { signedRequests } from '../../contract/limits/signed-requests.ts';
import type { ExternalUrlRules } from '../../core/external-url.ts';
import type { DeliveryId, EndpointId } from '../../core/ids.ts';
import { newLeaseToken } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { type EventRow, eventLine } from '../../events/event-line.ts';
import { sendAll } from '../../events/send-all.ts';
import { attempt, type Outcome, unsigned } from '../../signed-requests/attempt.ts';
import { validSecrets } from '../../signed-requests/secrets.ts';
import { signedHeaders } from '../../signed-requests/sign.ts';
import type { Endpoint } from './endpoints.ts';
import { claimDue, type Due, type LaneWorker, releaseLane } from './lanes.ts';
import { type AttemptResult, outcomeStatements } from './outcomes.ts';

export type DeliverDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'queues' | 'fetch' | 'dataKey' | 'log' | keyof ExternalUrlRules
>;

/** Requests and time that remain for one message. */
interface Slice {
  until: number;
  requests: number;
}

/**
 * Delivers due events, lane after lane, until the slice is used up; then another message continues. While others of the organization's
 * endpoints wait for a worker, it ends after one lane, and they take turns.
 */
export async function deliverDue(
  deps: DeliverDeps,
  id: EndpointId,
  requests: number = webhooks.sliceRequests,
): Promise<void> {
  const slice = { until: deps.clock.now() + signedRequests.sliceMs, requests };
  while (!isOver(deps, slice)) if (!(await deliverLane(deps, id, slice))) return;
  await deps.queues.deliveries.send(deliverMessage(id));
}

function deliverMessage(id: EndpointId) {
  return { v: 1, type: 'deliver', id } as const;
}

function isOver({ clock }: Pick<Deps, 'clock'>, { until, requests }: Slice): boolean {
  return clock.now() >= until || requests <= 0;
}

interface Sender extends LaneWorker {
  /** Claimed deliveries, sent as soon as running requests end. */
  waiting: Due[];
  running: Map<DeliveryId, Promise<void>>;
  /** Outcomes to store. */
  done: AttemptResult[];
}

/**
 * Delivers due events in a lane that no other worker holds. A hanging request delays only its own delivery. Returns whether the
 * worker may take another lane.
 */
async function deliverLane(deps: DeliverDeps, id: EndpointId, slice: Slice): Promise<boolean> {
  const sender: Sender = { id, token: newLeaseToken(), waiting: [], running: new Map(), done: [] };
  let endpoint: Endpoint | undefined;
  let hasSent = false;
  for (;;) {
    const stored = endpoint && outcomeStatements(deps, { endpoint, token: sender.token }, sender.done.splice(0));
    // Requests may end while the batch runs, and the batch still returns their deliveries as due.
    const sending = new Set(sender.running.keys());
    const round = await claimDue(deps, sender, webhooks.claimedMax + sending.size, stored?.statements ?? []);
    await stored?.wake();
    if (!round) return hasSent;
    endpoint = round.endpoint;
    const mustStop = isOver(deps, slice);
    sender.waiting = mustStop ? [] : round.due.filter(({ delivery }) => !sending.has(delivery.id));
    if (sender.waiting.length + sender.running.size + sender.done.length === 0) {
      const { isReleased, next, hasMore } = await releaseLane(deps, sender, mustStop || round.isStuck);
      if (!isReleased) continue;
      await sendAll(deps, 'deliveries', next.map(deliverMessage));
      return hasSent && hasMore;
    }
    hasSent = true;
    const claimed = sender.waiting.length;
    await sendWaiting(deps, sender, endpoint);
    slice.requests -= claimed - sender.waiting.length;
  }
}

/** Sends waiting deliveries until outcomes must be stored, or until it is time to look for more due ones. */
async function sendWaiting(deps: DeliverDeps, sender: Sender, endpoint: Endpoint): Promise<void> {
  const { waiting, running, done } = sender;
  const secrets = waiting.length === 0 ? [] : await validSecrets(deps, endpoint);
  const look = Promise.withResolvers<void>();
  const timer = setTimeout(look.resolve, signedRequests.lookEveryMs);
  let isLate = false;
  void look.promise.then(() => {
    isLate = true;
  });
  do {
    for (const due of waiting.splice(0, signedRequests.concurrency - running.size))
      start(deps, sender, { ...due, endpoint, secrets });
    if (done.length === 0) await Promise.race([...running.values(), look.promise]);
    await new Promise((resolve) => setTimeout(resolve, 0));
  } while (!isLate && waiting.length > 0 && !done.some(stopsOthers));
  clearTimeout(timer);
}

/** Returns whether the receiver refuses all deliveries, permanently or for now. */
function stopsOthers({ outcome }: AttemptResult): boolean {
  return outcome.statusCode === 410 || outcome.retryAfterMs !== undefined;
}

function start(
  deps: DeliverDeps,
  { running, done }: Sender,
  { delivery, event, endpoint, secrets }: Due & { endpoint: Endpoint; secrets: string[] },
): void {
  const sent = send(deps, endpoint, event, secrets).then((outcome) => {
    running.delete(delivery.id);
    done.push({ delivery, outcome });
  });
  running.set(delivery.id, sent);
}

async function send(deps: DeliverDeps, endpoint: Endpoint, event: EventRow, secrets: string[]): Promise<Outcome> {
  if (secrets.length === 0) return unsigned(deps.clock.now());
  const body = eventLine(event);
  const headers = await signedHeaders({ id: event.id, body, sentAt: deps.clock.now() }, secrets);
  const { organizationId, timeoutMs, url } = endpoint;
  return attempt(deps, { organizationId, url, timeoutMs: timeoutMs ?? signedRequests.timeoutMs }, body, headers);
}
