// Runs one process of an instance and restarts it whenever it exits. Replaces it when it asks for that.
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import { formatSeconds } from '../../../src/core/quantities.ts';
import { diskFull } from '../core/refusal.ts';
import type { HostProcess, Launch, OnStep } from '../processes/host-process.ts';
import type { LogWriter } from '../processes/log-writer.ts';
import { isKilled } from '../processes/process-end.ts';
import { type RestartPolicy, restartDelayMs } from './restart-policy.ts';

export interface ReplicaSettings {
  /** Time limit for a start. */
  startMs: number;
  /** How long the calls of a process that is being replaced may take to end. */
  drainMs: number;
  log: LogWriter;
  now: () => number;
  /** The process's name in the log. */
  name: string;
  restarts: RestartPolicy;
}

/** The instance's reactions to the process's events. */
export interface ReplicaEvents {
  /** Called when a process becomes ready, or no longer is. */
  onChange(): void;
  onCallEnded(): void;
  /** Called when a ready process exits without being stopped. */
  onCrash(reason: string): void;
  /** Called when a process has exited that asked to be replaced, or that someone else ended. */
  onReplaced(reason: string): void;
  onRestart(): void;
  onStep: OnStep;
  /** Called when a restart fails. Another restart follows. */
  onFailure(error: StartError): void;
}

/** A process that ran for this long counts as stable. A crash after that resets the backoff. */
const stableAfterMs = 60_000;
/** A process that asks to be replaced sooner counts as crashed, so that it can't restart over and over. */
const settledAfterMs = 10_000;

interface Replacing {
  reason: string;
  isCrash: boolean;
  /** Ends the process even if calls are still running. */
  timer: NodeJS.Timeout;
}

export class Replica {
  readonly #launch: Launch;
  readonly #settings: ReplicaSettings;
  readonly #events: ReplicaEvents;
  #process: HostProcess | undefined;
  #isReady = false;
  #isEnding = false;
  #readyAt = 0;
  #failuresInRow = 0;
  #replacing: Replacing | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  /** The current or last start or restart. */
  #starting: Promise<unknown> = Promise.resolve();

  constructor(launch: Launch, settings: ReplicaSettings, events: ReplicaEvents) {
    this.#launch = launch;
    this.#settings = settings;
    this.#events = events;
  }

  /** The process, if it is ready. */
  get ready(): HostProcess | undefined {
    return this.#isReady ? this.#process : undefined;
  }

  /** Resolves when the current restart has succeeded or failed. */
  get started(): Promise<unknown> {
    return this.#starting;
  }

  /** Starts a process and loads the plugin. If that fails, ends the process and returns the reason. */
  start(deadline: number): Promise<StartError | undefined> {
    const started = this.#start(deadline);
    this.#starting = started.catch(() => {});
    return started;
  }

  /** Ends the process for good, and rejects its running calls as crashed. Resolves when it has exited. */
  async end(reason: string): Promise<void> {
    this.#isEnding = true;
    this.#isReady = false;
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#replacing?.timer);
    await this.#process?.end(reason);
    await this.#starting;
  }

  async #start(deadline: number): Promise<StartError | undefined> {
    const { startMs, log } = this.#settings;
    const process = this.#launch(log, () => {
      this.#events.onCallEnded();
      this.#endReplaced();
    });
    this.#process = process;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<StartError>((resolve) => {
      const message = `The plugin was not ready within ${formatSeconds(startMs)}. Do less work while it loads.`;
      timer = setTimeout(() => resolve({ code: 'start-timeout', message }), deadline - performance.now());
    });
    const failure = await Promise.race([process.load((step) => this.#events.onStep(step)), late]);
    clearTimeout(timer);
    if (failure) {
      log.add('host', `Start failed: ${failure.message}`);
      await process.end(failure.code);
      return failure;
    }
    if (!this.#isEnding) this.#markReady(process);
    return undefined;
  }

  #markReady(process: HostProcess): void {
    this.#isReady = true;
    this.#readyAt = this.#settings.now();
    void process.replaced?.then((reason) => this.#replace(process, reason));
    void process.lost.then(() => this.#onLost());
    void process.exited.then((reason) => this.#onExit(reason));
    this.#events.onChange();
  }

  #onLost(): void {
    if (this.#isEnding) return;
    this.#isReady = false;
    this.#events.onChange();
  }

  /** Passes no more calls to the process, and ends it after those that it has. */
  #replace(process: HostProcess, reason: string): void {
    if (this.#isEnding || !this.#isReady || process !== this.#process) return;
    const { drainMs, log, name, now } = this.#settings;
    this.#isReady = false;
    log.add('host', `${name} is being replaced. ${reason}`);
    const isCrash = now() - this.#readyAt < settledAfterMs;
    this.#replacing = { reason, isCrash, timer: setTimeout(() => void process.end(reason), drainMs) };
    this.#events.onChange();
    this.#endReplaced();
  }

  #endReplaced(): void {
    if (this.#replacing && this.#process?.running === 0) void this.#process.end(this.#replacing.reason);
  }

  #onExit(reason: string): void {
    if (this.#isEnding) return;
    const replaced = this.#replacing;
    this.#replacing = undefined;
    clearTimeout(replaced?.timer);
    if (!replaced) this.#settings.log.add('host', `${this.#settings.name} exited: ${reason}. Restarting.`);
    if (this.#settings.now() - this.#readyAt >= stableAfterMs) this.#failuresInRow = 0;
    if (replaced && !replaced.isCrash) {
      this.#events.onReplaced(replaced.reason);
      this.#restartIn(0);
    } else {
      const isKilledByOthers = !replaced && isKilled({ reason, exceeded: undefined });
      if (isKilledByOthers) this.#events.onReplaced(reason);
      else this.#events.onCrash(replaced?.reason ?? reason);
      this.#scheduleRestart('crash');
    }
  }

  #scheduleRestart(after: 'crash' | 'failed start'): void {
    this.#restartIn(restartDelayMs(this.#settings.restarts, this.#failuresInRow++, after));
  }

  #restartIn(delayMs: number): void {
    this.#restartTimer = setTimeout(() => {
      this.#starting = this.#restart();
    }, delayMs);
  }

  async #restart(): Promise<void> {
    this.#events.onRestart();
    const failure = await this.#start(performance.now() + this.#settings.startMs).catch(builderFailure);
    if (failure === undefined || this.#isEnding) return;
    this.#events.onFailure(failure);
    this.#scheduleRestart('failed start');
  }
}

/** Describes an error that the plugin didn't cause, such as a full disk. */
export function builderFailure(error: unknown): StartError {
  const cause = error instanceof Error ? error.message : error;
  const message =
    diskFull(error) ??
    `The builder could not start the instance: ${cause}. If that goes on, ask the builder's operator.`;
  return { code: 'builder-failed', message };
}
