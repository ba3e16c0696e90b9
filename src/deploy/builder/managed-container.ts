// Manages one container, of an instance or for builds: concurrent requests share one start, requests wait until it is ready, and it is
// destroyed when its instance stops or it is idle. Forwards the builder's HTTP contract and adds only the token. What is lost with a
// container is started again by the caller (invariant 5).
import {
  type BuilderErrorBody,
  builderErrorStatus,
  contractHeader,
  contractVersion,
  networkHeader,
  standbyHeader,
} from '../../contract/builder.ts';
import { builderLimits, containerLimits } from '../../contract/limits.ts';

/** The part of the runtime's `ctx.container` that is used here. */
export type ContainerRuntime = Pick<Container, 'running' | 'start' | 'monitor' | 'destroy' | 'setInactivityTimeout'> & {
  getTcpPort(port: number): Pick<Fetcher, 'fetch'>;
};

/** The port of the builder server; also in builder/Dockerfile. */
const builderPort = 8080;

const tokenKey = 'token';
const networkKey = 'network';

/** For one instance of one plugin, or for fetching and building all of them. */
export type Purpose = 'instance' | 'builds';

export class ManagedContainer {
  readonly #container: ContainerRuntime;
  readonly #storage: DurableObjectStorage;
  readonly #purpose: Purpose;
  /** The start in progress or completed, shared by all requests. Resolves to whether the server answered. */
  #awake: Promise<boolean> | undefined;
  #ending: Promise<void> | undefined;
  #usedAt = 0;
  #alarmAt = 0;
  /** How long it may be idle; shorter on standby. An alarm that was set survives an eviction, this does not have to. */
  #idleMs: number = builderLimits.idleMs;

  constructor(container: ContainerRuntime, storage: DurableObjectStorage, purpose: Purpose = 'instance') {
    this.#container = container;
    this.#storage = storage;
    this.#purpose = purpose;
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method === 'DELETE' && pathname.startsWith('/instances/')) return this.#stop(request);
    const mayStart = this.#mayStart(request, pathname);
    while (this.#ending && mayStart) await this.#ending;
    if (!mayStart && !this.#exists()) return gone();
    if (request.headers.get(networkHeader) !== null) await this.#storage.put(networkKey, true);
    const isUse = request.method !== 'GET';
    if (isUse) this.#usedAt = Date.now();
    this.#setIdleTime(request.headers.get(standbyHeader), pathname);
    if (!(await this.#wake()))
      return new Response(`the container did not answer within ${builderLimits.startMs} ms`, { status: 503 });
    if (isUse) await this.#postpone();
    return this.#send(request);
  }

  /** Other requests are answered without starting a container. */
  #mayStart({ method }: Request, pathname: string): boolean {
    return method === 'PUT' || (this.#purpose === 'builds' && (method === 'POST' || pathname === '/health'));
  }

  /** Runs on the alarm. A request that has just begun is about to postpone it. */
  async sleep(): Promise<void> {
    if (Date.now() - this.#usedAt >= this.#idleMs - this.#postponeEveryMs) await this.#endBy(async () => {});
  }

  /** Sets the next alarm even if one was just set, because that one has another idle time. */
  #setIdleTime(standby: string | null, pathname: string): void {
    const isStandby = pathname.endsWith('/standby') || standby === '1';
    if (!isStandby && standby === null) return;
    const idleMs = isStandby ? builderLimits.standbyIdleMs : builderLimits.idleMs;
    if (idleMs !== this.#idleMs) this.#alarmAt = 0;
    this.#idleMs = idleMs;
  }

  get #postponeEveryMs(): number {
    return Math.min(containerLimits.postponeEveryMs, this.#idleMs / 4);
  }

  #exists(): boolean {
    return this.#ending === undefined && (this.#awake !== undefined || this.#container.running);
  }

  /** Sets the promise before awaiting anything, so that only one start happens. */
  #wake(): Promise<boolean> {
    if (this.#awake) return this.#awake;
    const awake = this.#start();
    this.#awake = awake;
    const forget = () => {
      if (this.#awake === awake) this.#awake = undefined;
    };
    awake.then((answered) => (answered ? this.#container.monitor() : undefined)).then(forget, forget);
    return awake;
  }

  /** The container may already be running, if the Durable Object was moved or evicted. */
  async #start(): Promise<boolean> {
    if (!this.#container.running) {
      const token = crypto.randomUUID();
      await this.#storage.put(tokenKey, token);
      await this.#storage.sync(); // a container whose token is lost could never be used
      const enableInternet = this.#purpose === 'builds' || (await this.#storage.get<boolean>(networkKey)) === true;
      this.#container.start({ enableInternet, env: { BUILDER_TOKEN: token } });
    }
    const until = Date.now() + builderLimits.startMs;
    while (!(await this.#answers())) {
      if (Date.now() >= until) {
        await this.#container.destroy();
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, containerLimits.pollMs));
    }
    return true;
  }

  /** Any response counts; an error response is for the caller to see. */
  async #answers(): Promise<boolean> {
    const headers = { [contractHeader]: contractVersion };
    try {
      const signal = AbortSignal.timeout(containerLimits.checkMs);
      const response = await this.#send(new Request('http://container/health', { headers, signal }));
      await response.body?.cancel();
      return true;
    } catch {
      return false;
    }
  }

  async #send(request: Request): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${await this.#storage.get<string>(tokenKey)}`);
    return this.#container.getTcpPort(builderPort).fetch(new Request(request, { headers }));
  }

  /** The runtime's own timeout keeps the container while its Durable Object sleeps, and ends it if the alarm is lost. */
  async #postpone(): Promise<void> {
    const alarmAt = Date.now() + this.#idleMs;
    if (alarmAt < this.#alarmAt + this.#postponeEveryMs) return;
    this.#alarmAt = alarmAt;
    await this.#storage.setAlarm(alarmAt);
    await this.#container.setInactivityTimeout(this.#idleMs + containerLimits.lostAlarmMs);
  }

  /** The builder drains the instance; then its container is destroyed. */
  async #stop(request: Request): Promise<Response> {
    await this.#endBy(async () => {
      if ((this.#awake || this.#container.running) && (await this.#wake())) await this.#send(request);
    });
    return new Response(null, { status: 204 });
  }

  #endBy(drain: () => Promise<void>): Promise<void> {
    this.#ending ??= this.#end(drain).finally(() => {
      this.#ending = undefined;
    });
    return this.#ending;
  }

  /** A container that fails while draining is destroyed as well. */
  async #end(drain: () => Promise<void>): Promise<void> {
    await drain().catch(() => {});
    await this.#container.destroy();
    this.#awake = undefined;
    this.#alarmAt = 0;
    this.#idleMs = builderLimits.idleMs;
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }
}

function gone(): Response {
  const code = 'instance-gone';
  const body: BuilderErrorBody = { error: { code, message: 'the container of this instance is not running' } };
  return Response.json(body, { status: builderErrorStatus[code] });
}
