// Tests the flags and environment of `npm start`: what is accepted, and the one-line error for everything else.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { localUrls, readStartSettings, type StartSettings } from '../../scripts/local/settings.ts';

const defaults: StartSettings = {
  port: 8080,
  bind: '127.0.0.1',
  publicUrl: undefined,
  consoleUrl: undefined,
  builderPort: 8790,
  builder: undefined,
  state: resolve('.slipway'),
  demo: 'short',
  fresh: false,
  ray: false,
  allowLoopback: false,
  anonymous: true,
  hosts: '',
  verbose: false,
  otlpUrl: undefined,
  otlpEvery: undefined,
  metricsToken: undefined,
  prices: undefined,
};
const token = '0123456789abcdef'.repeat(2);
const publicUrl = 'https://slipway.example.com';

type Accepted = [string[], Record<string, string>, Partial<StartSettings>];

test.each<Accepted>([
  [[], {}, {}],
  [['--no-demo', '--fresh'], {}, { demo: 'none', fresh: true }],
  [['--demo', 'full'], {}, { demo: 'full' }],
  [[], { SLIPWAY_LOG: 'info' }, { verbose: true }],
  [[], { SLIPWAY_ALLOW_LOOPBACK: '1' }, { allowLoopback: true }],
  [['--ray'], {}, { ray: true, allowLoopback: true }],
  [[], { SLIPWAY_ANONYMOUS: '0' }, { anonymous: false }],
  [
    [],
    { PORT: '81', BUILDER_PORT: '82', SLIPWAY_STATE: '/var/slipway' },
    { port: 81, builderPort: 82, state: '/var/slipway' },
  ],
  [[], { PORT: '', BUILDER_PORT: '', SLIPWAY_STATE: '', SLIPWAY_BIND: '', SLIPWAY_PUBLIC_URL: '' }, {}],
  [[], { SLIPWAY_HOSTS: 'Box.example, b.example' }, { hosts: 'box.example,b.example' }],
  [[], { SLIPWAY_PUBLIC_URL: publicUrl }, { publicUrl, anonymous: false }],
  [
    [],
    { SLIPWAY_BIND: '0.0.0.0', SLIPWAY_PUBLIC_URL: 'https://SLIPWAY.example.com:8443/' },
    { bind: '0.0.0.0', publicUrl: 'https://slipway.example.com:8443', anonymous: false },
  ],
  ...['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:80'].map(
    (url): Accepted => [
      [],
      { SLIPWAY_BIND: '0.0.0.0', SLIPWAY_PUBLIC_URL: `${url}/` },
      { bind: '0.0.0.0', consoleUrl: url, anonymous: false },
    ],
  ),
  [
    [],
    { BUILDER_URL: 'http://builder:8080', BUILDER_TOKEN: token },
    { builder: { urls: ['http://builder:8080'], token } },
  ],
  [
    [],
    { BUILDER_URLS: 'http://one:8080, http://two:8080', BUILDER_TOKEN: token },
    { builder: { urls: ['http://one:8080', 'http://two:8080'], token } },
  ],
  [[], { BUILDER_URL: '', BUILDER_TOKEN: token }, {}],
  [
    [],
    { OTLP_URL: 'http://collector:4318/v1/traces', OTLP_EVERY: '1', METRICS_TOKEN: token },
    { otlpUrl: 'http://collector:4318/v1/traces', otlpEvery: '1', metricsToken: token },
  ],
  [[], { OTLP_URL: '', OTLP_EVERY: '', METRICS_TOKEN: '' }, {}],
])('a setting is accepted: %j with %j', (args, env, settings) => {
  expect(readStartSettings(args, env)).toEqual({ ...defaults, ...settings });
});

type Refused = [string[], Record<string, string>, string];

test.each<Refused>([
  [[], { PORT: '80a' }, 'PORT must be a port from 1 to 65535, not 80a'],
  [[], { PORT: '0' }, 'PORT must be a port from 1 to 65535, not 0'],
  [[], { BUILDER_PORT: '65536' }, 'BUILDER_PORT must be a port from 1 to 65535, not 65536'],
  [[], { PORT: '8790' }, 'PORT and BUILDER_PORT are both 8790. Set one of them to another port.'],
  [
    [],
    { SLIPWAY_BIND: 'eth0' },
    'SLIPWAY_BIND must be an IP address, such as 0.0.0.0 for all addresses of this machine, not eth0',
  ],
  [
    [],
    { SLIPWAY_BIND: '0.0.0.0' },
    'SLIPWAY_BIND=0.0.0.0 needs SLIPWAY_PUBLIC_URL: http://localhost:8080 for a container on your computer, or the https URL of a proxy in front of Slipway (docs/self-hosting.md).',
  ],
  ...['https://slipway.example.com/api', 'slipway.example.com', 'https://[::1]'].map(
    (url): Refused => [
      [],
      { SLIPWAY_PUBLIC_URL: url },
      `SLIPWAY_PUBLIC_URL must be an https URL without a path, such as https://slipway.example.com, not ${url}`,
    ],
  ),
  ...['http://slipway.example.com', 'http://172.17.0.2:8080', 'http://localhost.example.com'].map(
    (url): Refused => [
      [],
      { SLIPWAY_BIND: '0.0.0.0', SLIPWAY_PUBLIC_URL: url },
      `SLIPWAY_PUBLIC_URL=${url} would send keys unencrypted to another machine. Use the https URL of a proxy in front of Slipway (docs/self-hosting.md), or http://localhost:8080 for a container on your computer.`,
    ],
  ),
  ...[publicUrl, 'http://localhost:8080'].map(
    (url): Refused => [
      [],
      { SLIPWAY_PUBLIC_URL: url, SLIPWAY_ANONYMOUS: '1' },
      'SLIPWAY_ANONYMOUS=1 would let everyone who can reach SLIPWAY_PUBLIC_URL install plugins. Leave one of them out.',
    ],
  ),
  [
    [],
    { BUILDER_URL: 'http://builder:8080/', BUILDER_TOKEN: token },
    'BUILDER_URL must be a URL without a path, such as http://builder:8080, not http://builder:8080/',
  ],
  [
    [],
    { BUILDER_URL: 'http://one:8080', BUILDER_URLS: 'http://one:8080,http://two:8080', BUILDER_TOKEN: token },
    'BUILDER_URL and BUILDER_URLS exclude each other. Leave one of them out.',
  ],
  [
    [],
    { BUILDER_URLS: 'http://one:8080,two:8080', BUILDER_TOKEN: token },
    'BUILDER_URLS must be a URL without a path, such as http://builder:8080, not two:8080',
  ],
  ...[{}, { BUILDER_TOKEN: token.slice(1) }].map(
    (given): Refused => [
      [],
      { BUILDER_URL: 'http://builder:8080', ...given },
      'BUILDER_URL needs BUILDER_TOKEN, with 32 characters or more, which the builder must have too. Create one with `openssl rand -hex 32`.',
    ],
  ),
  [
    ['--ray'],
    { SLIPWAY_PUBLIC_URL: publicUrl },
    '--ray is for this machine only, since it allows requests to it, and SLIPWAY_PUBLIC_URL lets others in. Leave one of them out, and connect a cluster as docs/ray.md describes.',
  ],
  [
    [],
    { OTLP_URL: 'collector' },
    'OTLP_URL must be the URL of a collector, such as http://127.0.0.1:4318/v1/traces, not collector',
  ],
  [[], { OTLP_EVERY: '0' }, 'OTLP_EVERY must be a number from 1 up, such as 100 for one request in a hundred, not 0'],
  [
    [],
    { METRICS_TOKEN: 'short' },
    'METRICS_TOKEN must have 16 characters or more. Create one with `openssl rand -hex 32`.',
  ],
  [['--nodemo'], {}, "Unknown option '--nodemo'"],
  [['--demo', 'long'], {}, '--demo takes the value full, not long. Leave it out for the short demo.'],
  [['--demo', 'full', '--no-demo'], {}, '--demo and --no-demo exclude each other. Leave one of them out.'],
  [['now'], {}, "Unexpected argument 'now'"],
])('a setting is refused: %j with %j', (args, env, reason) => {
  expect(readStartSettings(args, env)).toBe(reason);
});

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['0.0.0.0', 'http://127.0.0.1:8080'],
  ['::', 'http://127.0.0.1:8080'],
  ['192.0.2.7', 'http://192.0.2.7:8080'],
  ['2001:db8::7', 'http://[2001:db8::7]:8080'],
])('this machine reaches a server listening on %s at %s', (bind, url) => {
  expect(localUrls({ ...defaults, bind })).toEqual({ url, builder_url: 'http://127.0.0.1:8790' });
});
