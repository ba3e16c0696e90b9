// Reports an instance's starts and restarts: their steps, their output, and whether they succeeded.
import type { InstanceEvent, InstanceStatus } from '../../../src/contract/builder/instances.ts';
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import type { SecretMask } from '../../../src/core/secret-mask.ts';
import { ReplayableLog } from '../core/replayable-log.ts';
import type { Limits } from '../core/settings.ts';
import type { LogWriter } from '../processes/log-writer.ts';

type Step = Extract<InstanceEvent, { type: 'step' }>['step'];

export class StartEvents {
  readonly #log: LogWriter;
  readonly #mask: SecretMask;
  readonly #logLines: number;
  readonly #now: () => number;
  #events: ReplayableLog<InstanceEvent>;
  #error: StartError | undefined;

  constructor(log: LogWriter, mask: SecretMask, { logLines }: Limits, now: () => number) {
    this.#log = log;
    this.#mask = mask;
    this.#logLines = logLines;
    this.#now = now;
    this.#events = this.#newLog();
  }

  /** The latest failure. */
  get error(): StartError | undefined {
    return this.#error;
  }

  follow(): AsyncGenerator<InstanceEvent> {
    return this.#events.follow();
  }

  /** Adds what the processes print, until the start succeeds or fails. */
  begin(): void {
    this.#log.listen((line) => this.#events.append({ type: 'log', ...line }));
  }

  step(step: Step): void {
    this.#events.append({ type: 'step', at: new Date(this.#now()).toISOString(), step });
  }

  succeed(status: InstanceStatus): void {
    this.step('ready');
    this.#events.append({ type: 'ready', instance: status });
    this.#log.listen(undefined);
    this.renew();
  }

  fail({ code, message }: StartError): void {
    this.#error = { code, message: this.#mask.text(message) };
    this.#events.append({ type: 'failed', error: this.#error });
    this.#log.listen(undefined);
  }

  /** Starts over, for the next restart. */
  renew(): void {
    this.#events = this.#newLog();
  }

  #newLog(): ReplayableLog<InstanceEvent> {
    return new ReplayableLog(this.#logLines, ({ type }) => type === 'ready' || type === 'failed');
  }
}
