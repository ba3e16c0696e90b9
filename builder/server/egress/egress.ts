// Sends requests to user-supplied URLs: webhooks, artifacts of agent plugins, and calls to Ray clusters (decision 39). The name is
// resolved here. The connection goes to an address that was checked, and the certificate must match the name.
import { type ClientRequest, type Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { BlockList, LookupFunction } from 'node:net';
import { pipeline, type Readable, Transform } from 'node:stream';
import {
  type EgressAnswer,
  type EgressRefusal,
  type EgressRequest,
  egressAnswerSchema,
  egressResponseHeaders,
} from '../../../src/contract/builder/egress.ts';
import { egressLimits, keptConnections } from '../../../src/contract/limits/egress.ts';
import { parseExternalUrl } from '../../../src/core/external-url.ts';
import { LineFull } from '../core/fair-slots.ts';
import {
  fixedLookup,
  isThisMachine,
  type Resolution,
  type Resolve,
  type ResolvedAddress,
  resolveByDns,
  resolvePublic,
} from './addresses.ts';
import { type EgressLimits, EgressSlots } from './egress-slots.ts';
import { KeptConnections, type KeptLimits } from './kept-connections.ts';

export interface EgressRules {
  /** Also allows http://127.0.0.1:PORT and http://localhost:PORT, except for `ownPorts`. */
  allowLoopback: boolean;
  ownPorts: ReadonlySet<string>;
  /** Non-public networks that the operator allows. */
  networks: BlockList;
}

/** The network beyond this machine. Tests replace this. */
export interface Outside {
  resolve: Resolve;
  httpsPort: number;
  /** The certificate to trust instead of Node's built-in list. */
  ca?: string;
}

export const internet: Outside = { resolve: resolveByDns, httpsPort: 443 };

/** A request with its body; none if it is empty. */
export type EgressInput = EgressRequest & { body?: Uint8Array };

export type Egressed = { answer: EgressAnswer; body: Readable } | EgressRefusal;

/** Thrown to end a request. The user sees its message. */
class Refused extends Error {
  readonly code: EgressRefusal['refused']['code'];
  constructor(code: Refused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** How a request connects. Without an agent, it gets a connection of its own, because an open one may just have been closed. */
type Connection = { agent: HttpAgent } | { agent: false; lookup: LookupFunction };

/** A request with its slot. */
interface Started {
  request: EgressInput;
  url: URL;
  free: () => void;
}

const unreachable = () => new Refused('unreachable', 'the connection failed');

export class Egress {
  readonly #rules: EgressRules;
  readonly #outside: Outside;
  readonly #limits: EgressLimits;
  readonly #slots: EgressSlots;
  readonly #kept: KeptConnections;

  constructor(
    rules: EgressRules,
    outside: Outside = internet,
    limits: EgressLimits = egressLimits,
    kept: KeptLimits = keptConnections,
  ) {
    this.#rules = rules;
    this.#outside = outside;
    this.#limits = limits;
    this.#slots = new EgressSlots(limits, kept);
    this.#kept = new KeptConnections(kept);
  }

  /** Sends the request. Everything that is open is closed when the signal aborts or the body ends. */
  async send(request: EgressInput, signal: AbortSignal): Promise<Egressed> {
    try {
      const url = this.#target(request.url);
      const free = await this.#slot(request, url, signal);
      try {
        return request.reuses_connection
          ? await this.#sendKept({ request, url, free }, signal)
          : await this.#request({ request, url, free }, { agent: false, lookup: await this.#check(url) }, signal);
      } catch (error) {
        free();
        throw error;
      }
    } catch (error) {
      const { code, message } = refusedBy(error);
      return { refused: { code, message } };
    }
  }

  /** Waits for a slot for a while. Rejects if the signal aborts. */
  async #slot(request: EgressInput, url: URL, signal: AbortSignal): Promise<() => void> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#limits.waitMs);
    try {
      return await this.#slots.take(request, url, AbortSignal.any([signal, late.signal]));
    } catch (error) {
      if (!(error instanceof LineFull) && !late.signal.aborted) throw error;
      throw new Refused('busy', 'too many requests of the organization wait for other hosts. Retry later');
    } finally {
      clearTimeout(timer);
    }
  }

  async #sendKept(started: Started, signal: AbortSignal): Promise<Egressed> {
    const { url } = started;
    try {
      const agent = await this.#kept.to(url, () => this.#check(url));
      return await this.#request(started, { agent }, signal);
    } catch (error) {
      if (!signal.aborted) this.#kept.forget(url);
      throw error;
    }
  }

  /** Returns a lookup of the name's addresses, all of which may be reached. */
  async #check(url: URL): Promise<LookupFunction> {
    const resolution = await this.#resolve(url);
    if ('refused' in resolution) throw refusalOf(resolution.refused, url.hostname);
    if (this.#isSlipway(url, resolution.addresses))
      throw new Refused('not-allowed', `${url.hostname} is Slipway itself`);
    return fixedLookup(resolution.addresses);
  }

  #target(text: string): URL {
    const checked = parseExternalUrl(text, this.#rules);
    if ('url' in checked) return checked.url;
    throw new Refused('not-allowed', `the URL is not allowed: ${checked.refused}`);
  }

  /** Only loopback is reachable over plain HTTP (`parseExternalUrl`), and its two names never resolve to anything else. */
  async #resolve({ protocol, hostname }: URL): Promise<Resolution> {
    if (protocol === 'http:') {
      const [ipv4, ipv6] = [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ];
      return { addresses: hostname === 'localhost' ? [ipv4, ipv6] : [ipv4] };
    }
    return resolvePublic(hostname, this.#outside.resolve, this.#rules.networks);
  }

  /** `parseExternalUrl` has already checked plain HTTP ports. */
  #isSlipway({ protocol }: URL, addresses: readonly ResolvedAddress[]): boolean {
    const isOwnPort = protocol === 'https:' && this.#rules.ownPorts.has(String(this.#outside.httpsPort));
    return isOwnPort && addresses.some(({ address }) => isThisMachine(address));
  }

  #request({ request, url, free }: Started, connection: Connection, signal: AbortSignal): Promise<Egressed> {
    const { method, headers, body, timeout_ms } = request;
    const { httpsPort, ca } = this.#outside;
    const { hostname, pathname, port, search } = url;
    const length = body?.length ? { 'content-length': body.length } : {};
    const options = {
      ...connection,
      method,
      host: hostname,
      path: pathname + search,
      headers: { ...headers, ...length },
      signal,
      timeout: timeout_ms ?? this.#limits.idleMs,
      autoSelectFamilyAttemptTimeout: this.#limits.addressMs,
    };
    const secure = { port: httpsPort, servername: hostname, ...(ca === undefined ? {} : { ca }) };
    const sent =
      url.protocol === 'http:'
        ? requestHttp({ ...options, port })
        : requestHttps({ ...options, ...secure, headers: { ...options.headers, host: hostname } });
    const timer = setTimeout(() => sent.destroy(unreachable()), timeout_ms ?? this.#limits.totalMs);
    sent.once('close', () => {
      clearTimeout(timer);
      free();
    });
    sent.end(body);
    return answerOf(sent, this.#limits.responseBytes);
  }
}

function refusedBy(error: unknown): Refused {
  return error instanceof Refused ? error : unreachable();
}

function refusalOf(reason: 'unknown' | 'not-public', hostname: string): Refused {
  if (reason === 'unknown') return unreachable();
  return new Refused('not-allowed', `${hostname} does not resolve to a public address`);
}

function answerOf(sent: ClientRequest, bytesMax: number): Promise<Egressed> {
  return new Promise((resolve, reject) => {
    sent.on('error', () => reject(unreachable()));
    sent.on('timeout', () => sent.destroy(unreachable()));
    // Don't forward protocol upgrades.
    sent.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(unreachable());
    });
    sent.on('response', (response) => {
      const headers = egressResponseHeaders.flatMap((name) => {
        const value = response.headers[name];
        return value === undefined ? [] : [[name, value]];
      });
      const answer = egressAnswerSchema.safeParse({
        status: response.statusCode,
        headers: Object.fromEntries(headers),
      });
      if (answer.success) return resolve({ answer: answer.data, body: limited(response, bytesMax) });
      sent.destroy();
      reject(unreachable());
    });
  });
}

/** Passes the body through, up to the limit. If it is longer, the stream fails. A body never exceeds its announced length. */
function limited(response: IncomingMessage, bytesMax: number): Readable {
  if (Number(response.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= bytesMax) return response;
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > bytesMax) done(new Error('The response is too large.'));
      else done(null, chunk);
    },
  });
  return pipeline(response, counted, () => {});
}
