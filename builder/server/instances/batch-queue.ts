// Gathers concurrent calls with equal parameters into batches, and gives each free process one batch at a time (decision 159). If a
// process hangs or dies, the guilty call of its batch is unknown, so each of the batch's calls goes once more, alone.
import { createHash } from 'node:crypto';
import type { Batching } from '../../../src/contract/plugin/batching.ts';
import { cutJson } from '../../../src/core/json/scan.ts';
import { Refusal } from '../core/refusal.ts';
import type { HostProcess } from '../processes/host-process.ts';
import { Cancellation, callCancelled, type HeldCall } from '../processes/plugin-call.ts';
import { isCrash } from '../processes/process-end.ts';
import { CallerDeadline } from './caller-deadline.ts';
import { MeanDuration } from './mean-duration.ts';
import type { Replica } from './replica.ts';
import { type Answer, type Waiting, WaitingCalls } from './waiting-calls.ts';

interface Gathered extends Waiting {
  /**
   * The exact text of its parameters, or its digest if it is long. Undefined if there are none, so that the call goes alone and its
   * process refuses it.
   */
  readonly parameters: string | undefined;
}

/** Waiting calls with the same parameters, in order of arrival. */
interface Filling {
  calls: Gathered[];
  bytes: number;
  isFull: boolean;
}

export interface BatchQueueLimits {
  batching: Batching;
  /** A call's time limit, including its wait. */
  callMs: number;
}

/** A call goes once more if at least this share of its time is left. */
const shareForAgain = 0.1;
/**
 * A batch hangs if a call's time ends after this share of it was spent running. A call that spent more of it waiting ends alone, so that
 * the calls that wait longest on a busy instance don't end the batches of others.
 */
const shareOfRun = 0.5;

export class BatchQueue {
  readonly #limits: BatchQueueLimits;
  readonly #replicas: readonly Pick<Replica, 'ready'>[];
  readonly #waiting = new WaitingCalls<Gathered>();
  /** Calls of lost batches. They go first, each alone. */
  readonly #again = new WaitingCalls<Gathered>();
  readonly #duration = new MeanDuration();
  #dueTimer: NodeJS.Timeout | undefined;

  constructor(limits: BatchQueueLimits, replicas: readonly Pick<Replica, 'ready'>[]) {
    this.#limits = limits;
    this.#replicas = replicas;
  }

  /** Rejects with a Refusal like `CallQueue.call`. */
  async call(call: HeldCall): Promise<Answer> {
    const since = performance.now();
    const parameters = await parametersOf(call.body);
    if (call.cancellation.isCancelled) throw callCancelled();
    this.#refuseLongWait();
    const until = since + this.#limits.callMs;
    return new Promise((resolve, reject) => {
      this.#waiting.add({ call, since, until, parameters, resolve, reject });
      this.advance();
    });
  }

  /** Starts batches after one has ended or a process has become ready. */
  advance(): void {
    for (;;) {
      const process = this.#free();
      const batch = process && this.#next();
      if (!batch) return;
      this.#run(process, batch);
    }
  }

  /** Rejects all waiting calls. */
  rejectAll(refusal: () => Refusal): void {
    clearTimeout(this.#dueTimer);
    this.#again.rejectAll(refusal);
    this.#waiting.rejectAll(refusal);
  }

  /** Returns a process that runs nothing, not even an abandoned batch. */
  #free(): HostProcess | undefined {
    return this.#replicas.find(({ ready }) => ready?.running === 0)?.ready;
  }

  /** Takes the calls of the next batch out of the queue. Undefined if none is due. */
  #next(): Gathered[] | undefined {
    const [alone] = this.#again;
    if (alone) {
      this.#again.take(alone);
      return [alone];
    }
    const batch = this.#nextDue();
    for (const gathered of batch ?? []) this.#waiting.take(gathered);
    return batch;
  }

  /** Returns the batch of the call that has waited longest, unless it is still filling. */
  #nextDue(): Gathered[] | undefined {
    const { max_wait_ms } = this.#limits.batching;
    const now = performance.now();
    let dueInMs = Number.POSITIVE_INFINITY;
    for (const [first, { calls, isFull }] of this.#fillings()) {
      const leftMs = first.since + max_wait_ms - now;
      if (isFull || leftMs <= 0) return calls;
      dueInMs = Math.min(dueInMs, leftMs);
    }
    if (dueInMs < Number.POSITIVE_INFINITY) this.#advanceIn(dueInMs);
    return undefined;
  }

  #advanceIn(ms: number): void {
    clearTimeout(this.#dueTimer);
    this.#dueTimer = setTimeout(() => this.advance(), Math.ceil(ms));
  }

  /** Groups the waiting calls by their parameters. Returns the groups by their first calls, in order of arrival. */
  #fillings(): Map<Gathered, Filling> {
    const { max_bytes, max_size } = this.#limits.batching;
    const groups = new Map<Gathered, Filling>();
    const byParameters = new Map<string, Filling>();
    for (const gathered of this.#waiting) {
      const { call, parameters } = gathered;
      const known = parameters === undefined ? undefined : byParameters.get(parameters);
      const group = known ?? { calls: [], bytes: 0, isFull: parameters === undefined };
      if (!known) groups.set(gathered, group);
      if (!known && parameters !== undefined) byParameters.set(parameters, group);
      if (known?.isFull) continue;
      group.bytes += call.body.length;
      if (known && group.bytes > max_bytes) group.isFull = true;
      else group.isFull = group.calls.push(gathered) === max_size || group.isFull;
    }
    return groups;
  }

  /** Calls that are passed to a process in one turn of the event loop are one batch (python-process.ts). */
  #run(process: HostProcess, calls: readonly Gathered[]): void {
    const batch = new Batch(calls, this.#limits.batching, (again) => this.#again.add(again));
    const ended = Promise.all(calls.map((gathered) => batch.pass(gathered, process)));
    // Excludes calls that are answered later, because their long durations would cause others to be refused.
    void (calls.some(({ call }) => call.isLater) ? ended : this.#duration.measured(ended)).then(() => this.advance());
  }

  #refuseLongWait(): void {
    const { batching, callMs } = this.#limits;
    const waiting = this.#again.size + this.#waiting.size;
    const ahead = this.#again.size + Math.floor(this.#waiting.size / batching.max_size);
    if (ahead === 0 || ((ahead + 1) * this.#duration.meanMs) / this.#replicas.length <= callMs) return;
    const message = `${waiting} calls are waiting for a batch, and the wait would exceed a call's time limit. Retry later.`;
    throw new Refusal('instance-busy', message);
  }
}

/** One batch in a process. */
class Batch {
  readonly #calls: readonly Gathered[];
  readonly #retries: boolean;
  readonly #again: (call: Gathered) => void;
  readonly #attempts: Cancellation[] = [];
  /** Why the batch was lost. */
  #loss: Refusal | undefined;

  constructor(calls: readonly Gathered[], { retry }: Batching, again: (call: Gathered) => void) {
    this.#calls = calls;
    this.#retries = retry;
    this.#again = again;
  }

  /** Passes a call to the process. Resolves when the process has ended it, one way or another. */
  async pass(gathered: Gathered, process: HostProcess): Promise<void> {
    const { call, since } = gathered;
    const waitedMs = performance.now() - since;
    const leftMs = call.limitMs - waitedMs;
    const countedMs = this.#isAlone ? waitedMs : Math.min(waitedMs, (1 - shareOfRun) * call.limitMs);
    const cancellation = new Cancellation();
    this.#attempts.push(cancellation);
    call.cancellation.onCancel(() => cancellation.cancel());
    call.onBatch?.({ size: this.#calls.length, waitedMs });
    const deadline = new CallerDeadline({ ...call, cancellation, timeLeftMs: leftMs }, call.limitMs - countedMs);
    try {
      const timeLeftMs = Math.min(call.timeLeftMs ?? Number.POSITIVE_INFINITY, leftMs + countedMs);
      gathered.resolve(await process.call({ ...call, cancellation, timeLeftMs }, countedMs));
    } catch (error) {
      if (!this.#isAlone && isLoss(error)) this.#lose(error);
      this.#fail(gathered, deadline.errorFor(error));
    } finally {
      deadline.end();
    }
  }

  get #isAlone(): boolean {
    return this.#calls.length === 1;
  }

  #fail(gathered: Gathered, error: unknown): void {
    const loss = this.#loss;
    if (gathered.call.cancellation.isCancelled || !loss) gathered.reject(error);
    else if (!this.#retries) gathered.reject(loss);
    else if (hasTimeLeft(gathered)) this.#again(this.#alone(gathered, loss));
    else gathered.reject(this.#lost(loss));
  }

  /** Returns the call for its second run, before which it may wait for as long as it has time. */
  #alone(gathered: Gathered, loss: Refusal): Gathered {
    const { call, reject, since } = gathered;
    const rejectLate = (error: unknown) => reject(isBusy(error) ? this.#lost(loss) : error);
    return { ...gathered, until: since + call.limitMs, reject: rejectLate };
  }

  #lost({ message }: Refusal): Refusal {
    const size = this.#calls.length;
    return new Refusal(
      'batch-lost',
      `The call ran in a batch of ${size}. ${message} Any call of the batch may be the cause.`,
    );
  }

  /** Ends the other calls' part in the batch. */
  #lose(loss: Refusal): void {
    if (this.#loss) return;
    this.#loss = loss;
    for (const attempt of this.#attempts) attempt.cancel();
  }
}

/** Returns whether the process hung or died, which any call of its batch may have caused. */
function isLoss(error: unknown): error is Refusal {
  return isCrash(error) || (error instanceof Refusal && error.code === 'call-timeout');
}

function hasTimeLeft({ call, since }: Gathered): boolean {
  return performance.now() - since <= (1 - shareForAgain) * call.limitMs;
}

function isBusy(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'instance-busy';
}

/** Longer parameters are compared by their digests, so that comparing many calls takes no longer than reading them. */
const comparedChars = 100;

/**
 * Returns what calls with the same parameters have in common: their text, with a character for each byte, or its digest. Undefined if
 * they can't be found. The Worker writes them before the inputs, which may be large.
 */
async function parametersOf(body: Uint8Array): Promise<string | undefined> {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const cut = await cutJson(text, ['parameters'], { toFirst: true }).catch(() => undefined);
  const parameters = cut?.one('parameters')?.text;
  if (parameters === undefined || parameters.length <= comparedChars) return parameters;
  return createHash('sha256').update(parameters, 'latin1').digest('base64');
}
