// Reads and validates the flags and environment of `npm start` (design §8a).
import { isIP } from 'node:net';
import { isAbsolute, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loopback } from '../machine/ports.ts';

/** `short` publishes one example; `full` also publishes one that depends on packages. */
export type Demo = 'none' | 'short' | 'full';

export interface RemoteBuilders {
  urls: readonly [string, ...string[]];
  /** The token, which the operator sets on all sides. */
  token: string;
}

export interface StartSettings {
  port: number;
  /** The address that the API listens on. */
  bind: string;
  /** The API's address for clients on other machines, through a proxy that terminates TLS. */
  publicUrl: string | undefined;
  /** The API's address for a browser on the same computer, if Slipway runs in a container there. */
  consoleUrl: string | undefined;
  builderPort: number;
  /** Builders that run elsewhere. If undefined, a local one is started. */
  builder: RemoteBuilders | undefined;
  /** The absolute path of the folder for D1, R2, the builder, the secrets and local.json. */
  state: string;
  demo: Demo;
  fresh: boolean;
  /** Also runs Ray on this machine, connected as a cluster of the local organization. */
  ray: boolean;
  /** Allows webhooks and other user-defined targets on this machine. */
  allowLoopback: boolean;
  /** Allows requests without an API key at /api/plugins and /api/storage-plugins. */
  anonymous: boolean;
  /** Comma-separated host names, in addition to loopback names, for which requests don't need an API key. */
  hosts: string;
  /** Prints every line that the Worker logs. */
  verbose: boolean;
  /** A collector that accepts spans over OTLP/HTTP as JSON. */
  otlpUrl: string | undefined;
  /** Start a trace for one in N requests that have none. */
  otlpEvery: string | undefined;
  /** Grants read access to the metrics, and nothing else. */
  metricsToken: string | undefined;
  /** The operator's prices as JSON, for the cost of usage. */
  prices: string | undefined;
}

export const usage = `npm start [-- --no-demo] [-- --demo full] [-- --fresh] [-- --ray]

  --no-demo     start without publishing and calling the examples
  --demo full   also publish and call an example that depends on packages
  --fresh       delete the existing state first
  --ray         also run a Ray cluster, for plugins that ask for it or for a GPU; allows
                webhooks to http://127.0.0.1:PORT (docs/ray.md)

Environment (defaults in parentheses):
  PORT            port of the API (8080)
  SLIPWAY_BIND    address that the API listens on (127.0.0.1)
  SLIPWAY_PUBLIC_URL
                  https URL of the proxy through which other machines reach the API (none),
                  or http://localhost:PORT, where your computer reaches a container
  BUILDER_PORT    port of the builder (8790)
  BUILDER_URL     a builder that runs elsewhere, with the same BUILDER_TOKEN (none: one is started)
  BUILDER_URLS    several builders that run elsewhere, separated by commas (none)
  BUILDER_GPUS    NVIDIA GPUs to lend to plugins: all, or indexes separated by commas (none; docs/gpus.md)
  SLIPWAY_STATE   state folder (.slipway)
  SLIPWAY_ALLOW_LOOPBACK
                  1 allows webhooks to http://127.0.0.1:PORT
  SLIPWAY_ANONYMOUS
                  0 requires an API key at /api/plugins and /api/storage-plugins, as SLIPWAY_PUBLIC_URL does
  SLIPWAY_HOSTS   more host names for requests without an API key, separated by commas (loopback names only)
  SLIPWAY_LOG     info prints all logs of the Worker (warnings and errors only)
  OTLP_URL        a collector that takes spans as JSON, such as http://127.0.0.1:4318/v1/traces (none)
  OTLP_EVERY      of the requests without a trace, one in so many begins one (100)
  METRICS_TOKEN   a token of 16 characters or more that reads /metrics, and nothing else (none)
  PRICES          the cost of usage, as JSON (none), such as
                  {"currency":"EUR","per_million_calls":1,"per_instance_hour":0.05,"per_gb_month":0.1}
  PYTHON          the Python that runs plugins, 3.11 or later (python3)`;

/** Returns the settings, or a one-line error message. */
export function readStartSettings(args: string[], env: Record<string, string | undefined>): StartSettings | string {
  const flags = readFlags(args);
  if (typeof flags === 'string') return flags;
  const port = readPort('PORT', env.PORT, 8080);
  if (typeof port === 'string') return port;
  const builderPort = readPort('BUILDER_PORT', env.BUILDER_PORT, 8790);
  if (typeof builderPort === 'string') return builderPort;
  if (port === builderPort) return `PORT and BUILDER_PORT are both ${port}. Set one of them to another port.`;
  const builder = readBuilder(env);
  if (typeof builder === 'string') return builder;
  const reach = readReach(env);
  if (typeof reach === 'string') return reach;
  const verbose = env.SLIPWAY_LOG === 'info';
  if (flags.ray && reach.publicUrl !== undefined)
    return '--ray is for this machine only, since it allows requests to it, and SLIPWAY_PUBLIC_URL lets others in. Leave one of them out, and connect a cluster as docs/ray.md describes.';
  const allowLoopback = flags.ray || env.SLIPWAY_ALLOW_LOOPBACK === '1';
  const hosts = (env.SLIPWAY_HOSTS ?? '').toLowerCase().replaceAll(' ', '');
  const state = resolve(env.SLIPWAY_STATE || '.slipway');
  const watching = readWatching(env);
  if (typeof watching === 'string') return watching;
  return { port, builderPort, builder, state, allowLoopback, ...reach, hosts, verbose, ...watching, ...flags };
}

function readFlags(args: string[]): Pick<StartSettings, 'demo' | 'fresh' | 'ray'> | string {
  const flag = { type: 'boolean' } as const;
  const options = { 'no-demo': flag, demo: { type: 'string' }, fresh: flag, ray: flag } as const;
  try {
    const { values } = parseArgs({ args, options });
    const { demo, fresh = false, 'no-demo': noDemo = false, ray = false } = values;
    if (demo !== undefined && demo !== 'full')
      return `--demo takes the value full, not ${demo}. Leave it out for the short demo.`;
    if (demo === 'full' && noDemo) return '--demo and --no-demo exclude each other. Leave one of them out.';
    return { demo: noDemo ? 'none' : (demo ?? 'short'), fresh, ray };
  } catch (error) {
    return error instanceof Error ? (error.message.split('.')[0] ?? '') : String(error);
  }
}

const proxyUrl = /^https:\/\/[a-z0-9.-]+(?::\d+)?$/;
/** Plain HTTP is for names that always mean the browser's own computer. */
const ownComputer = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

type Reach = Pick<StartSettings, 'bind' | 'publicUrl' | 'consoleUrl' | 'anonymous'>;

/** Reads the settings for access from outside this machine or container. Requests from there need a key. */
function readReach(env: Record<string, string | undefined>): Reach | string {
  const bind = env.SLIPWAY_BIND || loopback;
  if (isIP(bind) === 0)
    return `SLIPWAY_BIND must be an IP address, such as 0.0.0.0 for all addresses of this machine, not ${bind}`;
  const url = env.SLIPWAY_PUBLIC_URL?.toLowerCase().replace(/\/$/, '') || undefined;
  if (url === undefined) {
    if (bind !== loopback)
      return `SLIPWAY_BIND=${bind} needs SLIPWAY_PUBLIC_URL: http://localhost:8080 for a container on your computer, or the https URL of a proxy in front of Slipway (docs/self-hosting.md).`;
    return { bind, publicUrl: undefined, consoleUrl: undefined, anonymous: env.SLIPWAY_ANONYMOUS !== '0' };
  }
  const isProxy = proxyUrl.test(url);
  if (!isProxy && !ownComputer.test(url)) return publicUrlProblem(url);
  if (env.SLIPWAY_ANONYMOUS === '1')
    return 'SLIPWAY_ANONYMOUS=1 would let everyone who can reach SLIPWAY_PUBLIC_URL install plugins. Leave one of them out.';
  const urls = isProxy ? { publicUrl: url, consoleUrl: undefined } : { publicUrl: undefined, consoleUrl: url };
  return { bind, ...urls, anonymous: false };
}

function publicUrlProblem(url: string): string {
  return /^http:\/\/[^/]+$/.test(url)
    ? `SLIPWAY_PUBLIC_URL=${url} would send keys unencrypted to another machine. Use the https URL of a proxy in front of Slipway (docs/self-hosting.md), or http://localhost:8080 for a container on your computer.`
    : `SLIPWAY_PUBLIC_URL must be an https URL without a path, such as https://slipway.example.com, not ${url}`;
}

const metricsTokenCharactersMin = 16;

/** Reads the settings for collecting traces and metrics. */
function readWatching({
  OTLP_URL: otlpUrl,
  OTLP_EVERY: otlpEvery,
  METRICS_TOKEN: metricsToken,
  PRICES: prices,
}: Record<string, string | undefined>):
  | Pick<StartSettings, 'otlpUrl' | 'otlpEvery' | 'metricsToken' | 'prices'>
  | string {
  if (otlpUrl && !/^https?:\/\/[^/\s]+/.test(otlpUrl))
    return `OTLP_URL must be the URL of a collector, such as http://127.0.0.1:4318/v1/traces, not ${otlpUrl}`;
  if (otlpEvery && !/^[1-9]\d{0,8}$/.test(otlpEvery))
    return `OTLP_EVERY must be a number from 1 up, such as 100 for one request in a hundred, not ${otlpEvery}`;
  if (metricsToken && metricsToken.length < metricsTokenCharactersMin)
    return `METRICS_TOKEN must have ${metricsTokenCharactersMin} characters or more. Create one with \`openssl rand -hex 32\`.`;
  return {
    otlpUrl: otlpUrl || undefined,
    otlpEvery: otlpEvery || undefined,
    metricsToken: metricsToken || undefined,
    prices: prices || undefined,
  };
}

/** A shorter token could be guessed, and any client with it can run anything on the builder. */
const tokenCharactersMin = 32;

function readBuilder({
  BUILDER_URL: one,
  BUILDER_URLS: several,
  BUILDER_TOKEN: token,
}: Record<string, string | undefined>): RemoteBuilders | string | undefined {
  if (one && several) return 'BUILDER_URL and BUILDER_URLS exclude each other. Leave one of them out.';
  const name = one ? 'BUILDER_URL' : 'BUILDER_URLS';
  const [first = '', ...others] = (one || several || '').split(',').map((url) => url.trim());
  if (first === '' && others.length === 0) return undefined;
  const wrong = [first, ...others].find((url) => !/^https?:\/\/[^/\s]+$/.test(url));
  if (wrong !== undefined) return `${name} must be a URL without a path, such as http://builder:8080, not ${wrong}`;
  if (token === undefined || token.length < tokenCharactersMin)
    return `${name} needs BUILDER_TOKEN, with ${tokenCharactersMin} characters or more, which the builder must have too. Create one with \`openssl rand -hex 32\`.`;
  return { urls: [first, ...others], token };
}

function readPort(name: string, text: string | undefined, fallback: number): number | string {
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  return Number.isInteger(port) && port >= 1 && port <= 65_535
    ? port
    : `${name} must be a port from 1 to 65535, not ${text}`;
}

/** Returns the addresses for local.json. */
export function localUrls({
  bind,
  port,
  builderPort,
  builder,
}: Pick<StartSettings, 'bind' | 'port' | 'builderPort' | 'builder'>) {
  return {
    url: `http://${reachable(bind)}:${port}`,
    builder_url: builder?.urls[0] ?? `http://${loopback}:${builderPort}`,
  };
}

/** Returns the host at which this machine reaches a server that listens on an address. */
export function reachable(bind: string): string {
  if (isUnspecified(bind)) return loopback;
  return isIP(bind) === 6 ? `[${bind}]` : bind;
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || /^[0:]+$/.test(address);
}

/** Returns a path relative to `folder` if the path is inside it. */
export function shortPath(path: string, folder: string): string {
  const short = relative(folder, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
