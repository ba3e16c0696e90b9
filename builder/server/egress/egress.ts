// Sends requests to user-supplied URLs: webhooks, artifacts of agent plugins, and calls to Ray clusters (decision 39). The name is
// resolved here. The connection goes to an address that was checked, and the certificate must match the name.
import { type ClientRequest, type Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
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
import {
  fixedLookup,
  isThisMachine,
  type Resolution,
  type Resolve,
  type ResolvedAddress,
  resolveByDns,
  resolvePublic,
} from './addresses.ts';
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

export type EgressLimits = { [K in keyof typeof egressLimits]: number };

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

/** How a request connects. Without an agent, its connection isn't limited. */
type Connection = { agent: HttpAgent } | { agent: HttpAgent | false; lookup: LookupFunction };

const unreachable = () => new Refused('unreachable', 'the connection failed');

export class Egress {
  readonly #rules: EgressRules;
  readonly #outside: Outside;
  readonly #limits: EgressLimits;
  /** Queues requests for a limited number of connections. None is reused, because it may just have been closed. */
  readonly #agent: Agent;
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
    this.#agent = new Agent({ keepAlive: false, maxTotalSockets: limits.connections });
    this.#kept = new KeptConnections(kept);
  }

  /** Sends the request. Everything that is open is closed when the signal aborts or the body ends. */
  async send(request: EgressInput, signal: AbortSignal): Promise<Egressed> {
    try {
      const url = this.#target(request.url);
      return request.reuses_connection
        ? await this.#sendKept(request, url, signal)
        : await this.#request(request, url, await this.#newConnection(url), signal);
    } catch (error) {
      const { code, message } = error instanceof Refused ? error : unreachable();
      return { refused: { code, message } };
    }
  }

  async #sendKept(request: EgressInput, url: URL, signal: AbortSignal): Promise<Egressed> {
    try {
      const agent = await this.#kept.to(url, () => this.#check(url));
      return await this.#request(request, url, { agent }, signal);
    } catch (error) {
      if (!signal.aborted) this.#kept.forget(url);
      throw error;
    }
  }

  async #newConnection(url: URL): Promise<Connection> {
    return { agent: url.protocol === 'http:' ? false : this.#agent, lookup: await this.#check(url) };
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

  #request(
    { method, headers, body, timeout_ms }: EgressInput,
    url: URL,
    connection: Connection,
    signal: AbortSignal,
  ): Promise<Egressed> {
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
    sent.once('close', () => clearTimeout(timer));
    sent.end(body);
    return answerOf(sent, this.#limits.responseBytes);
  }
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
