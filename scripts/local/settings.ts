// What `npm start` was asked for: flags and environment, checked once (design §8a).
import { isAbsolute, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartSettings {
  port: number;
  builderPort: number;
  /** Where D1, R2, the builder, the secrets and local.json are kept; absolute. */
  state: string;
  demo: boolean;
  fresh: boolean;
  /** Webhooks and other targets that users name may be on this machine. */
  allowLoopback: boolean;
  /** /api/plugins and /api/storage-plugins need no key. */
  anonymous: boolean;
  /** Print every line that the Worker logs. */
  verbose: boolean;
}

export const usage = `npm start [-- --no-demo] [-- --fresh]

  --no-demo   don't publish and call the example
  --fresh     with an empty state; what was there is deleted

  PORT            of the API (8080)
  BUILDER_PORT    of the builder (8790)
  SLIPWAY_STATE   the state's folder (.slipway)
  SLIPWAY_ALLOW_LOOPBACK
                  1 lets webhooks go to http://127.0.0.1:PORT
  SLIPWAY_ANONYMOUS
                  0 asks for a key at /api/plugins and /api/storage-plugins too
  SLIPWAY_LOG     info prints every line that the Worker logs (warnings and errors only)
  PYTHON          the Python that runs plugins, 3.11 or newer (python3)`;

/** Or one line that says what is wrong. */
export function readStartSettings(args: string[], env: Record<string, string | undefined>): StartSettings | string {
  const flags = readFlags(args);
  if (typeof flags === 'string') return flags;
  const port = readPort('PORT', env.PORT, 8080);
  if (typeof port === 'string') return port;
  const builderPort = readPort('BUILDER_PORT', env.BUILDER_PORT, 8790);
  if (typeof builderPort === 'string') return builderPort;
  if (port === builderPort) return `PORT and BUILDER_PORT are both ${port}; set one of them to another port`;
  const verbose = env.SLIPWAY_LOG === 'info';
  const allowLoopback = env.SLIPWAY_ALLOW_LOOPBACK === '1';
  const anonymous = env.SLIPWAY_ANONYMOUS !== '0';
  const state = resolve(env.SLIPWAY_STATE || '.slipway');
  return { port, builderPort, state, allowLoopback, anonymous, verbose, ...flags };
}

function readFlags(args: string[]): { demo: boolean; fresh: boolean } | string {
  try {
    const { values } = parseArgs({ args, options: { 'no-demo': { type: 'boolean' }, fresh: { type: 'boolean' } } });
    return { demo: values['no-demo'] !== true, fresh: values.fresh === true };
  } catch (error) {
    return error instanceof Error ? (error.message.split('.')[0] ?? '') : String(error);
  }
}

function readPort(name: string, text: string | undefined, fallback: number): number | string {
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : `${name} is ${text}, which is not a port`;
}

/** A path as a person in `folder` would write it. */
export function shortPath(path: string, folder: string): string {
  const short = relative(folder, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
