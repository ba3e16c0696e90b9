// Says who should have a plugin's name: the newest request that is ready. What ends or takes back a request changes what it stands for, so the
// newer ones are still newer.
interface Request {
  /** The version that it gives the name. */
  v: number | null;
  ready: boolean;
  plan: 'immediate' | 'steps' | null;
  /** A rollback's, whichever version is active by then. */
  forName: boolean;
  /** Its own deployment took the name and still serves, so crashes take it back. */
  fresh: boolean;
}

type Withdrawal = 'yanked' | 'quarantined' | 'deleted';

interface Version {
  live: boolean;
  deployedOnce: boolean;
  withdrawn: Set<Withdrawal>;
  left: 'rolled-back' | 'reverted' | 'undeployed' | null;
}

export class NameModel {
  /** Oldest first. */
  #requests: Request[] = [];
  #line: number[] = [];
  #release: { to: number; step: number; paused: boolean; known: number } | null = null;
  readonly versions: Version[] = [];
  active: number | null = null;

  get #serving(): Request | undefined {
    return this.#requests.findLast(({ ready }) => ready);
  }

  get named(): number | null {
    return this.#serving?.v ?? null;
  }

  publish(): void {
    this.active = this.versions.push({ live: false, deployedOnce: false, withdrawn: new Set(), left: null }) - 1;
  }

  deploy(v: number, plan: Request['plan']): void {
    const waiting = this.#waiting(v);
    const forName = waiting?.forName ?? false;
    const again = waiting && !(plan === 'immediate' && waiting.plan === 'steps') ? waiting : undefined;
    this.#drop(waiting);
    this.#requests.push(again ?? { v, ready: false, plan: forName ? null : plan, forName, fresh: false });
  }

  finish(v: number): void {
    const request = this.#waiting(v);
    if (!request) return;
    const version = this.#version(v);
    Object.assign(version, { live: true, deployedOnce: true });
    if (version.left === 'undeployed') version.left = null;
    const serving = this.#serving;
    const isNewer = this.#requests.indexOf(request) > (serving ? this.#requests.indexOf(serving) : -1);
    const isActive = this.active === v && version.withdrawn.size === 0;
    if (serving?.v === v) serving.fresh = false;
    if (serving && this.named === null && !isNewer) this.#serve(serving, v, request.forName);
    else if (this.named === null) this.#take(request, v);
    else if (this.named !== v && isNewer && request.forName) this.#take(request, v);
    else if (this.named !== v && isNewer && isActive && this.#release?.to !== v) {
      if (request.plan === 'steps') this.#begin(request, v);
      else this.#take(request, v);
    }
    if (!request.ready) this.#drop(request);
  }

  release(v: number): void {
    const request: Request = { v: this.named, ready: true, plan: null, forName: false, fresh: false };
    this.#requests.push(request);
    this.#begin(request, v);
  }

  step(): void {
    const release = this.#release;
    const serving = this.#serving;
    if (!release || !serving || release.paused || ++release.step < 2) return;
    this.#serve(serving, release.to, false);
    const newer = this.#requests.slice(this.#requests.indexOf(serving) + 1).some(({ v }) => v === this.active);
    if (!newer && (this.active ?? 0) < release.known) this.active = release.to;
  }

  revert(): void {
    const { to } = this.#release ?? {};
    if (to === undefined) return;
    this.#release = null;
    this.#version(to).left = 'reverted';
    if (!this.#line.includes(to)) this.#line.push(to);
    if (this.active === to) this.active = this.named;
  }

  cancel(): void {
    this.#release = null;
  }

  pause(paused: boolean): void {
    if (this.#release) this.#release.paused = paused;
  }

  rollBack(asked?: number): void {
    const reverts = this.#release && (asked === undefined || asked === this.named);
    const v = asked ?? this.target;
    if (reverts) this.revert();
    else if (v !== undefined) this.#rollBackTo(v);
  }

  #rollBackTo(v: number): void {
    this.#leave(v);
    this.active = v;
    if (this.named === null) return;
    const waiting = this.#waiting(v);
    const request = { v, ready: false, plan: null, forName: true, fresh: false };
    if (this.#version(v).deployedOnce) {
      this.#version(v).live = true;
      this.#requests.push({ ...request, ready: true });
      this.#serve(this.#serving, v, true);
    } else {
      this.#drop(waiting);
      this.#requests.push(waiting ? Object.assign(waiting, { forName: true }) : request);
    }
  }

  crash(): void {
    const serving = this.#serving;
    const { named, target } = this;
    if (!serving?.fresh || named === null || target === undefined) return;
    this.#leave(target);
    this.#version(target).live = true;
    this.#serve(serving, target, true);
    if (this.active === named) this.active = target;
  }

  undeploy(v: number, givesUp = true): void {
    const version = this.#version(v);
    version.live = false;
    this.#drop(this.#waiting(v));
    if (givesUp && this.#line.includes(v)) version.left ??= 'undeployed';
    if (this.named === v && this.#serving) this.#serve(this.#serving, this.#fallback, true);
    if (this.#release?.to === v) this.#release = null;
  }

  withdraw(v: number, how: Withdrawal): void {
    const version = this.#version(v);
    version.withdrawn.add(how);
    const wasLive = version.live;
    if (how === 'deleted') this.undeploy(v, false);
    if (this.active === v) this.active = this.#highest;
    if (how === 'quarantined') this.#drop(this.#waiting(v));
    if (how !== 'deleted' && this.#release?.to === v) this.revert();
    if (how === 'quarantined' && wasLive) this.undeploy(v);
    if (how === 'deleted') this.#line = this.#line.filter((one) => one !== v);
  }

  /** The newest version before what serves that wasn't given up or withdrawn. */
  get target(): number | undefined {
    const source = this.#line.indexOf(this.#source ?? -1);
    const before = source < 0 ? this.#line : this.#line.slice(0, source);
    return before.findLast((v) => v !== this.#source && this.#isGood(v));
  }

  get #source(): number | null {
    return this.named ?? this.active;
  }

  get #fallback(): number | null {
    const live = [...this.versions.keys()].filter((v) => {
      const version = this.#version(v);
      return version.live && version.left === null && !version.withdrawn.has('quarantined');
    });
    const isWhole = (v: number) => Number(!this.#version(v).withdrawn.has('yanked'));
    const rank = (a: number, b: number) => isWhole(a) - isWhole(b) || this.#line.indexOf(a) - this.#line.indexOf(b);
    return live.sort((a, b) => rank(a, b) || a - b).at(-1) ?? null;
  }

  get #highest(): number | null {
    const is = (v: number, how: Withdrawal) => Number(this.#version(v).withdrawn.has(how));
    const rank = (v: number) => 2 * is(v, 'quarantined') + is(v, 'yanked');
    const existing = [...this.versions.keys()].filter((v) => !is(v, 'deleted'));
    return existing.sort((a, b) => rank(b) - rank(a) || a - b).at(-1) ?? null;
  }

  #isGood(v: number): boolean {
    const { left, withdrawn } = this.#version(v);
    return left === null && withdrawn.size === 0;
  }

  #take(request: Request, v: number): void {
    Object.assign(request, { ready: true, fresh: true });
    this.#serve(request, v, request.forName);
    request.fresh = true;
  }

  #serve(request: Request | undefined, v: number | null, keepsPlace: boolean): void {
    if (!request) return;
    Object.assign(request, { v, fresh: false });
    this.#release = null;
    if (v === null) return;
    this.#version(v).left = null;
    if (keepsPlace && this.#line.includes(v)) return;
    this.#line = [...this.#line.filter((one) => one !== v), v];
  }

  #begin(request: Request, to: number): void {
    Object.assign(request, { v: this.named, ready: true });
    this.#release = { to, step: 0, paused: false, known: this.versions.length };
  }

  #leave(v: number): void {
    const source = this.#source ?? -1;
    const [own, from] = [this.#line.indexOf(v), this.#line.indexOf(source)];
    const isEarlier = own >= 0 && own < from && this.#version(v).left === null;
    if (!isEarlier && v > source) this.#line = this.#line.filter((one) => one !== v);
    if (!isEarlier && v >= source) return;
    for (const after of own < 0 ? [source] : this.#line.slice(own + 1))
      if (this.#line.includes(after)) this.#version(after).left ??= 'rolled-back';
  }

  #waiting(v: number): Request | undefined {
    return this.#requests.find((one) => one.v === v && !one.ready);
  }

  #drop(request: Request | undefined): void {
    this.#requests = this.#requests.filter((one) => one !== request);
  }

  #version(v: number): Version {
    const version = this.versions[v];
    if (!version) throw new Error(`no version ${v}`);
    return version;
  }
}
