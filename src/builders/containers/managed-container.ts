// Manages one container: for an instance, for several that share it, or for builds. Concurrent requests share one start and wait until
// it is ready. Destroys the container when its instance stops, it is idle, or it no longer responds. Forwards the builder's HTTP
// contract, adding only the token. If a container is lost, the caller restarts its work (invariant 5); its log is stored first.
import { type BuilderErrorBody, type BuilderErrorCode, builderErrorStatus } from '../../contract/builder/errors.ts';
import { instanceDeploymentId, keepAwakeHeader } from '../../contract/builder/fleets.ts';
import {
  callHeader,
  contractHeader,
  contractVersion,
  networkHeader,
  sharedHeader,
  takenBackHeader,
} from '../../contract/builder/instances.ts';
import { type LogSource, logDueHeader } from '../../contract/builder/logs/chunk.ts';
import type { AwakeSource } from '../../contract/builder/machine/reports.ts';
import { newerMark, parseStandby, standbyHeader, unmarked } from '../../contract/builder/serving.ts';
import { containerLimits } from '../../contract/limits/containers.ts';
import { logSource } from '../log-source.ts';
import { ContainerLost, ContainerRun, type ContainerRuntime, type NotReady, type RunOptions } from './container-run.ts';
import { type LeavingSettings, Outgrown } from './outgrown.ts';
import { isStatus, LastStart, type StartFailure, toStartFailure } from './start-failure.ts';

const tokenKey = 'token';
const networkKey = 'network';
const instanceKey = 'instance';
const sharedKey = 'shared';
/** When to destroy an unused container. Stored, so that an evicted object wakes up and stores the log first. */
const idleAtKey = 'idle-at';
/** Set once the deployment is taken back. From then on it is the only stored value, kept as long as a stale route could lead here. */
const takenBackKey = 'taken-back';

/**
 * `instance` runs one plugin instance (or several, if a request named the shared container); `builds` does all fetching and building.
 */
export type Purpose = 'instance' | 'builds';

export interface ContainerSettings extends LeavingSettings {
  purpose: Purpose;
  idleMs: number;
  standbyIdleMs: number;
  /** The container's environment, in addition to the token. */
  env: Record<string, string>;
  /** The environment of a container shared by one organization's instances. */
  sharedEnv(container: string): Record<string, string>;
  /** Stores new log lines, returning the number of chunks, and counts time awake. An undefined instance ID means all instances. */
  keepLog(instanceId: string | undefined, source: LogSource & AwakeSource, isEnd: boolean): Promise<number>;
  /** Recreates the Durable Object, so the runtime keeps no state of a failed container. */
  reset(): Promise<void>;
}

type Start = { run: ContainerRun } | { refused: Pick<StartFailure, 'code' | 'message'> };

export class ManagedContainer {
  readonly #container: ContainerRuntime;
  readonly #storage: DurableObjectStorage;
  readonly #settings: ContainerSettings;
  readonly #lastStart: LastStart;
  /** The current start, in progress or done, shared by all requests. */
  #start: Promise<Start> | undefined;
  #run: ContainerRun | undefined;
  /** True while a new container is not ready yet, which may take a minute. */
  #isColdStarting = false;
  #lastLost: ContainerRun | undefined;
  #ending: Promise<boolean> | undefined;
  #resetting: Promise<void> | undefined;
  #usedAt = 0;
  #idleAt = 0;
  /** Idle time before the container is destroyed; shorter on standby. An eviction resets it, and the next call sets it again. */
  #idleMs: number;
  #mark = unmarked;
  /** True if the container was used since its log was stored. Also true after an eviction. */
  #hasNewLines = true;
  #keepingLog: Promise<number> | undefined;
  /** Undefined until read. */
  #takenBack: boolean | undefined;
  /** Name of the container, if shared. */
  #shared: string | undefined;
  #hasNetwork = false;
  readonly #outgrown: Outgrown;

  constructor(container: ContainerRuntime, storage: DurableObjectStorage, settings: ContainerSettings) {
    this.#container = container;
    this.#storage = storage;
    this.#lastStart = new LastStart(storage);
    this.#settings = settings;
    this.#idleMs = settings.idleMs;
    this.#outgrown = new Outgrown(settings, (request) => this.#stopOne(request));
  }

  async fetch(request: Request): Promise<Response> {
    await this.#resetting; // the request then fails, and the new object handles its retry
    await this.#readStored();
    const { pathname } = new URL(request.url);
    this.#shared ??= request.headers.get(sharedHeader) ?? undefined;
    if (request.method === 'DELETE' && pathname.startsWith('/instances/'))
      return this.#shared === undefined ? this.#stop(request) : this.#stopOne(request);
    const mayStart = this.#mayStart(request, pathname);
    while (this.#ending && mayStart) await this.#ending;
    if (mayStart && this.#run?.isStopping) await this.#waitForEnd(this.#run);
    if (this.#takenBack) return refusal('stopped', "This instance's deployment is over.");
    const cutsOff = request.method === 'POST' && /^\/instances\/[^/]+\/cut-off$/.test(pathname);
    if (!mayStart && !(cutsOff ? this.#isUp() : this.#exists())) {
      const failure = isStatus(request, pathname) ? await this.#lastStart.failure() : null;
      return failure ? refusalOf(failure) : gone("This instance's container is not running.");
    }
    if (this.#isColdStarting && isAnsweredAtOnce(request, pathname))
      return refusal('instance-starting', "This instance's container is starting.");
    if (request.headers.has(networkHeader)) await this.#rememberNetwork();
    const isUse = (request.method !== 'GET' && !cutsOff) || request.headers.has(keepAwakeHeader);
    if (isUse) this.#usedAt = Date.now();
    this.#setIdleTime(request.headers.get(standbyHeader));
    const start = await this.#wake(pathname);
    if ('refused' in start) return refusalOf(start.refused);
    if (isUse) await this.#postpone();
    return this.#forward(start.run, request);
  }

  /** Stores the network mark only once, although every request to a shared container with network egress calls this. */
  async #rememberNetwork(): Promise<void> {
    if (this.#hasNetwork) return;
    this.#hasNetwork = true;
    await this.#storage.put(networkKey, true);
  }

  /** Runs first in every request to preserve their order: nothing may be awaited between checking the state and a start. */
  async #readStored(): Promise<void> {
    if (this.#takenBack !== undefined) return;
    this.#shared ??= await this.#storage.get<string>(sharedKey);
    this.#takenBack ??= (await this.#storage.get<boolean>(takenBackKey)) === true;
  }

  /**
   * Stores the mark before anything ends, and again after everything else is deleted, so that no start finds a route here in between.
   */
  async #rememberTakenBack(): Promise<void> {
    this.#takenBack = true;
    await this.#storage.put(takenBackKey, true);
    await this.#storage.setAlarm(Date.now() + containerLimits.takenBackMs);
  }

  /** Reads the log while the server still responds. */
  async #waitForEnd(stopping: ContainerRun): Promise<void> {
    await this.#keepLog();
    await stopping.ended;
  }

  /** Returns whether the request may start the container. Other requests are answered without one. */
  #mayStart({ method }: Request, pathname: string): boolean {
    // Only a running container knows its environment's target, and the instance starts right afterwards anyway.
    if (method === 'PUT' || (method === 'POST' && /^\/instances\/[^/]+\/target$/.test(pathname))) return true;
    return this.#settings.purpose === 'builds' && (method === 'POST' || pathname === '/health');
  }

  /**
   * Runs on the alarm: stores new output, finds instances that have to leave, and destroys the container if it has been idle long
   * enough.
   */
  async tick(): Promise<void> {
    await this.#readStored();
    if (this.#takenBack && !this.#isUp()) return this.#storage.deleteAll();
    const idleAt = this.#idleAt || ((await this.#storage.get<number>(idleAtKey)) ?? 0);
    const isIdle = Date.now() >= idleAt && Date.now() - this.#usedAt >= this.#idleMs - this.#postponeEveryMs;
    if (isIdle && !this.#run?.isBusy) return void (await this.#endBy(() => this.#keepLog().then(() => true)));
    const isUsed = this.#hasNewLines || this.#run?.isBusy;
    this.#hasNewLines = false;
    if (this.#shared !== undefined) await this.#run?.check();
    const hasPrinted = (await this.#keepLog()) > 0;
    const quietMs = Math.min(Math.max(idleAt - Date.now(), this.#postponeEveryMs), containerLimits.keepQuietLogEveryMs);
    const nextMs = isUsed || hasPrinted ? containerLimits.keepLogEveryMs : quietMs;
    await this.#storage.setAlarm(Date.now() + nextMs);
  }

  /** Makes the next request set the alarm again if the idle time changes, even if it was just set. */
  #setIdleTime(standby: string | null): void {
    const said = parseStandby(standby);
    if (!said || this.#shared !== undefined) return;
    this.#mark = newerMark(this.#mark, said);
    const idleMs = this.#mark.standby ? this.#settings.standbyIdleMs : this.#settings.idleMs;
    if (idleMs !== this.#idleMs) this.#idleAt = 0;
    this.#idleMs = idleMs;
  }

  /** Longer for builds, because a build may use all processors. */
  get #watchMs(): number {
    return this.#settings.purpose === 'builds' ? containerLimits.watchBuildsMs : containerLimits.watchMs;
  }

  get #postponeEveryMs(): number {
    return Math.min(containerLimits.postponeEveryMs, this.#idleMs / 4);
  }

  #exists(): boolean {
    return this.#ending === undefined && this.#isUp();
  }

  #isUp(): boolean {
    return this.#start !== undefined || this.#container.running;
  }

  /** Sets the promise before awaiting anything, so only one start happens. */
  #wake(pathname = ''): Promise<Start> {
    this.#isColdStarting ||= this.#start === undefined && !this.#container.running;
    this.#start ??= this.#startRun(pathname).then((start) => {
      this.#isColdStarting = false;
      if ('refused' in start) this.#forget();
      else void start.run.ended.then(() => this.#run === start.run && this.#forget());
      return start;
    });
    return this.#start;
  }

  /** Replaces a container that was already running but doesn't respond or is from another release. */
  async #startRun(pathname: string): Promise<Start> {
    const isNew = !this.#container.running;
    const failure = await this.#lastStart.failure();
    if (isNew && failure && Date.now() < failure.retryAt) return { refused: failure };
    const [, instance] = /^\/instances\/([^/]+)/.exec(pathname) ?? [];
    if (instance !== undefined) await this.#storage.put(instanceKey, instance);
    if (this.#shared !== undefined) await this.#storage.put(sharedKey, this.#shared);
    try {
      const run = new ContainerRun(this.#container, await this.#startOptions(isNew), {
        watchMs: this.#watchMs,
        onOutgrown: (ids) => this.#outgrown.end(ids, this.#shared),
      });
      this.#run = run;
      const notReady = await run.waitUntilReady();
      if (notReady) return isNew ? await this.#startFailed(notReady) : await this.#startRun(pathname);
      await this.#lastStart.succeeded();
      return { run };
    } catch (error) {
      return this.#startFailed({ reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async #startFailed(notReady: NotReady): Promise<Start> {
    const refused = toStartFailure(notReady);
    await this.#lastStart.recordFailure(refused);
    this.#onFailure(notReady.reason, refused.code === 'container-failed');
    return { refused };
  }

  async #startOptions(isNew: boolean): Promise<RunOptions> {
    const token = isNew ? crypto.randomUUID() : ((await this.#storage.get<string>(tokenKey)) ?? '');
    await this.#storage.put(tokenKey, token);
    await this.#storage.sync(); // a container without its token could never be used
    const enableInternet =
      this.#settings.purpose === 'builds' || (await this.#storage.get<boolean>(networkKey)) === true;
    const { env, sharedEnv } = this.#settings;
    const own = this.#shared === undefined ? env : sharedEnv(this.#shared);
    return { enableInternet, env: { ...own, BUILDER_TOKEN: token } };
  }

  #forget(): void {
    this.#start = undefined;
    this.#run = undefined;
  }

  /** Called for each request of a lost container. */
  #onLost(run: ContainerRun, lost: ContainerLost): void {
    if (this.#run === run) this.#forget();
    if (this.#lastLost === run) return;
    this.#lastLost = run;
    this.#onFailure(lost.message, lost.stoppedAnswering);
  }

  #onFailure(failure: string, needsReset: boolean): void {
    this.#settings.log.warn('container.failed', { failure });
    if (needsReset) this.#resetting = this.#settings.reset();
  }

  async #forward(run: ContainerRun, request: Request): Promise<Response> {
    const { method } = request;
    try {
      const response = await run.send(request);
      if (response.headers.has(logDueHeader)) void this.#keepLog();
      return response;
    } catch (error) {
      // The client resends the call; a server that already got it rejects the copy (decision 42).
      if (!(error instanceof ContainerLost) && request.headers.has(callHeader)) throw error;
      if (!(error instanceof ContainerLost))
        return refusal('container-failed', `The connection to the container broke: ${error}`);
      this.#onLost(run, error);
      return method === 'PUT' ? refusal('container-failed', error.message) : gone(error.message);
    }
  }

  /** The runtime's own timeout keeps the container while its Durable Object sleeps, and ends it if the alarm is lost. */
  async #postpone(): Promise<void> {
    const idleAt = Date.now() + this.#idleMs;
    if (this.#hasNewLines && idleAt < this.#idleAt + this.#postponeEveryMs) return;
    this.#hasNewLines = true;
    this.#idleAt = idleAt;
    await this.#storage.put(idleAtKey, idleAt);
    await this.#storage.setAlarm(Math.min(idleAt, Date.now() + containerLimits.keepLogEveryMs));
    await this.#container.setInactivityTimeout(this.#idleMs + containerLimits.lostAlarmMs);
  }

  /** Returns the number of chunks. Concurrent callers share one request. */
  #keepLog(): Promise<number> {
    this.#keepingLog ??= this.#storeLog().finally(() => {
      this.#keepingLog = undefined;
    });
    return this.#keepingLog;
  }

  /** Best effort: failing to store the log, or to count the time awake, doesn't keep the container alive. */
  async #storeLog(): Promise<number> {
    const instance = await this.#storage.get<string>(instanceKey);
    if ((instance === undefined && this.#shared === undefined) || !this.#isUp()) return 0;
    const send = async (path: string, init: RequestInit) => {
      const start = await this.#wake();
      if ('refused' in start) throw new Error(start.refused.message);
      const headers = { ...init.headers, [contractHeader]: contractVersion };
      const response = await start.run.send(new Request(`http://container${path}`, { ...init, headers }));
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      return response;
    };
    const one = instance === undefined || this.#shared !== undefined ? undefined : instanceDeploymentId(instance);
    return this.#settings.keepLog(one, logSource(send), this.#ending !== undefined).catch((cause) => {
      this.#settings.log.warn('container.log_not_kept', { instance, cause });
      return 0;
    });
  }

  /** The builder drains the instance. Others in its container stay, and an empty container sleeps like any unused one. */
  async #stopOne(request: Request): Promise<Response> {
    if (!this.#isUp()) return new Response(null, { status: 204 });
    const start = await this.#wake();
    if ('refused' in start) return refusalOf(start.refused);
    const response = await this.#forward(start.run, request);
    await this.#keepLog();
    return response;
  }

  /** The builder drains the instance. Then its container is destroyed, unless streams are still running. */
  async #stop(request: Request): Promise<Response> {
    const takenBack = request.headers.get(takenBackHeader) !== null;
    if (takenBack) await this.#rememberTakenBack();
    const hasEnded = await this.#endBy(async () => {
      const start = await this.#wake();
      const response = 'run' in start ? await start.run.send(request) : undefined;
      await this.#keepLog();
      return response?.status !== builderErrorStatus['instance-busy'];
    });
    if (!hasEnded)
      return refusal('instance-busy', 'The instance is finishing its streams and later calls. Ask again later.');
    if (takenBack) await this.#rememberTakenBack();
    return new Response(null, { status: 204 });
  }

  /** Runs the last request and returns whether the container has ended. */
  #endBy(lastRequest: () => Promise<boolean>): Promise<boolean> {
    this.#ending ??= this.#end(lastRequest).finally(() => {
      this.#ending = undefined;
    });
    return this.#ending;
  }

  /** Also destroys a container that fails during its last request. */
  async #end(lastRequest: () => Promise<boolean>): Promise<boolean> {
    if (this.#isUp() && !(await lastRequest().catch(() => true))) return false;
    await (this.#run ?? this.#container).destroy();
    this.#forget();
    this.#idleAt = 0;
    this.#idleMs = this.#settings.idleMs;
    this.#mark = unmarked;
    this.#lastStart.forget();
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
    this.#hasNetwork = false;
    return true;
  }
}

/**
 * Returns whether to respond without waiting. A call joins the start and waits for it as long as its caller does; a status request gets
 * the current state.
 */
function isAnsweredAtOnce(request: Request, pathname: string): boolean {
  return isStatus(request, pathname) || (request.method === 'POST' && /^\/instances\/[^/]+\/invoke$/.test(pathname));
}

function gone(message: string): Response {
  return refusal('instance-gone', message);
}

function refusalOf({ code, message }: Pick<StartFailure, 'code' | 'message'>): Response {
  return refusal(code, message);
}

function refusal(code: BuilderErrorCode, message: string): Response {
  const body: BuilderErrorBody = { error: { code, message } };
  const status = builderErrorStatus[code];
  const headers = { 'retry-after': String(containerLimits.retryAfterSeconds) };
  return Response.json(body, status === 503 ? { status, headers } : { status });
}
