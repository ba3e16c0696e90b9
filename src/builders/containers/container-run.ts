// One run of a container, from start to end: waits until its server responds, forwards requests to it, and notices when it ends or
// stops responding. A container that runs but doesn't respond is lost: it is destroyed, and its requests fail.
import { builderErrorStatus } from '../../contract/builder/errors.ts';
import { contractHeader, contractVersion, stoppingHeader } from '../../contract/builder/instances.ts';
import { healthSchema } from '../../contract/builder/machine/health.ts';
import { containerLimits } from '../../contract/limits/containers.ts';
import { formatSeconds } from '../../core/quantities.ts';
import { readBuilderError } from '../requests.ts';

/** The subset of the runtime's `ctx.container` in use. */
export type ContainerRuntime = Pick<Container, 'running' | 'start' | 'monitor' | 'destroy' | 'setInactivityTimeout'> & {
  getTcpPort(port: number): Pick<Fetcher, 'fetch'>;
};

/** The builder server's port; also in builder/Dockerfile. */
const builderPort = 8080;

/** The container ended, or stopped responding and was destroyed. The message says which. */
export class ContainerLost extends Error {
  override readonly name = 'ContainerLost';
  readonly stoppedAnswering: boolean;
  constructor(reason: string, stoppedAnswering = false) {
    super(`The container was lost: ${reason}.`);
    this.stoppedAnswering = stoppedAnswering;
  }
}

/** Why a container serves no requests. */
export interface NotReady {
  reason: string;
  /** True if its server is from another release. */
  isMismatch?: true;
}

export type RunOptions = ContainerStartupOptions & { env: { BUILDER_TOKEN: string } };

export interface RunWatch {
  watchMs: number;
  /** Called with the instances that have to leave a shared container, whenever its server reports some. */
  onOutgrown(instanceIds: readonly string[]): void;
}

export class ContainerRun {
  readonly #container: ContainerRuntime;
  readonly #token: string;
  readonly #watchMs: number;
  /** True if it was already running when its Durable Object was created, after an eviction or a move. */
  readonly #isAdopted: boolean;
  /** Resolves with the reason once the container has ended. */
  readonly #ended: Promise<string>;
  readonly #lost = Promise.withResolvers<never>();
  #isOver = false;
  #requests = 0;
  #watch: ReturnType<typeof setInterval> | null = null;
  readonly #onOutgrown: (instanceIds: readonly string[]) => void;
  /** True once the server has received SIGTERM. It then finishes its calls and starts nothing. */
  isStopping = false;

  /** Starts the container, unless it is running. A container that answers no health check within `watchMs` is lost. */
  constructor(container: ContainerRuntime, options: RunOptions, { watchMs, onOutgrown }: RunWatch) {
    this.#container = container;
    this.#watchMs = watchMs;
    this.#onOutgrown = onOutgrown;
    this.#token = options.env.BUILDER_TOKEN;
    this.#isAdopted = container.running;
    if (!container.running) container.start(options);
    this.#ended = container
      .monitor()
      .then(() => 'it exited', reasonOf)
      .finally(() => {
        this.#isOver = true;
      });
    this.#lost.promise.catch(() => {});
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Returns whether requests are in progress. */
  get isBusy(): boolean {
    return this.#requests > 0;
  }

  /** Resolves once the container has ended. */
  get ended(): Promise<string> {
    return this.#ended;
  }

  /** Waits until the server responds. If it doesn't, destroys the container and returns the reason. */
  async waitUntilReady(): Promise<NotReady | undefined> {
    const waitMs = this.#isAdopted ? containerLimits.adoptMs : containerLimits.coldStartMs;
    const until = Date.now() + waitMs;
    let lastAnswer = 'no connection';
    while (Date.now() < until) {
      const outcome = await Promise.race([this.#probe(containerLimits.checkMs), this.#ended]);
      if (typeof outcome === 'string') return { reason: outcome };
      if ('instances' in outcome) return undefined;
      if (outcome.isMismatch) {
        await this.destroy();
        return { reason: outcome.failed, isMismatch: true };
      }
      lastAnswer = outcome.failed;
      await Promise.race([new Promise((resolve) => setTimeout(resolve, containerLimits.pollMs)), this.#ended]);
    }
    await this.destroy();
    return { reason: `it did not answer within ${formatSeconds(waitMs)}: ${lastAnswer}` };
  }

  /**
   * Forwards a request. Rejects with ContainerLost if the container ends or stops responding before the response; with another error if
   * only the connection broke.
   */
  async send(request: Request): Promise<Response> {
    this.#enter();
    try {
      const response = await Promise.race([this.#fetch(request), this.#lost.promise]);
      if (response.headers.has(stoppingHeader)) this.isStopping = true;
      return this.#leaveAfterBody(response);
    } catch (error) {
      this.#leave();
      if (error instanceof ContainerLost) throw error;
      const state = await this.#look();
      if (state === 'dead') throw await this.#lose();
      throw state === 'empty' ? new ContainerLost('its server was restarted') : error;
    }
  }

  /** Never rejects. If a container can't be destroyed because its engine is down, it is forgotten. */
  async destroy(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, containerLimits.destroyMs);
    });
    await Promise.race([this.#container.destroy().catch(() => {}), late]);
    clearTimeout(timer);
    this.#isOver = true;
  }

  #enter(): void {
    this.#requests++;
    this.#watch ??= setInterval(() => this.#loseIfDead(), containerLimits.watchEveryMs);
  }

  /**
   * Counts the request as in progress until its body ends. Starts and builds stream their bodies while they work; other responses are
   * already complete.
   */
  #leaveAfterBody(response: Response): Response {
    if (!response.body || response.headers.has('content-length')) {
      this.#leave();
      return response;
    }
    const { readable, writable } = new IdentityTransformStream();
    const leave = () => this.#leave();
    response.body.pipeTo(writable).then(leave, leave);
    return new Response(readable, response);
  }

  #leave(): void {
    if (--this.#requests > 0) return;
    clearInterval(this.#watch);
    this.#watch = null;
  }

  /** Checks the server's health, even if no request is in progress. */
  async check(): Promise<void> {
    await this.#look();
  }

  /** Runs during requests, since a paused container keeps their connections open forever. */
  async #loseIfDead(): Promise<void> {
    if ((await this.#look()) === 'dead' && !this.#isOver) await this.#lose();
  }

  async #lose(): Promise<ContainerLost> {
    const lost = this.#isOver ? new ContainerLost(await this.#ended) : new ContainerLost('it stopped answering', true);
    await this.destroy();
    this.#lost.reject(lost);
    return lost;
  }

  /** Checks the server's health once. `empty` means that it has no instances, so it was restarted within its container. */
  async #look(): Promise<'alive' | 'empty' | 'dead'> {
    const outcome = await Promise.race([this.#probe(this.#watchMs), this.#ended]);
    if (typeof outcome === 'string' || 'failed' in outcome) return 'dead';
    return outcome.instances === 0 ? 'empty' : 'alive';
  }

  /**
   * Any response counts as a sign of life. One that isn't a health report counts as having instances, and the caller sees error
   * responses. Only a server from another release, which refuses every request, counts as failed.
   */
  async #probe(timeoutMs: number): Promise<{ instances: number } | { failed: string; isMismatch?: true }> {
    const headers = { [contractHeader]: contractVersion };
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await this.#fetch(new Request('http://container/health', { headers, signal }));
      if (response.status === builderErrorStatus['contract-mismatch'])
        return { failed: (await readBuilderError(response)).message, isMismatch: true };
      const said = healthSchema.pick({ instances: true, outgrown: true });
      const health = said.safeParse(await response.json().catch(() => undefined));
      if (health.data?.outgrown?.length) this.#onOutgrown(health.data.outgrown);
      return { instances: health.data?.instances ?? Number.NaN };
    } catch (error) {
      return { failed: reasonOf(error) };
    }
  }

  #fetch(request: Request): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${this.#token}`);
    return this.#container.getTcpPort(builderPort).fetch(new Request(request, { headers }));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
