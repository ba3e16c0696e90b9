import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readStartSettings } from '../../scripts/local/settings.ts';

const state = resolve('.slipway');

test.each([
  [
    [],
    {},
    {
      port: 8080,
      builderPort: 8790,
      state,
      demo: 'short',
      fresh: false,
      allowLoopback: false,
      anonymous: true,
      hosts: '',
      verbose: false,
      otlpUrl: undefined,
      otlpEvery: undefined,
    },
  ],
  [
    ['--no-demo', '--fresh'],
    {},
    {
      port: 8080,
      builderPort: 8790,
      state,
      demo: 'none',
      fresh: true,
      allowLoopback: false,
      anonymous: true,
      hosts: '',
      verbose: false,
      otlpUrl: undefined,
      otlpEvery: undefined,
    },
  ],
  [
    [],
    { SLIPWAY_LOG: 'info' },
    {
      port: 8080,
      builderPort: 8790,
      state,
      demo: 'short',
      fresh: false,
      allowLoopback: false,
      anonymous: true,
      hosts: '',
      verbose: true,
      otlpUrl: undefined,
      otlpEvery: undefined,
    },
  ],
  [
    [],
    { SLIPWAY_ALLOW_LOOPBACK: '1' },
    {
      port: 8080,
      builderPort: 8790,
      state,
      demo: 'short',
      fresh: false,
      allowLoopback: true,
      anonymous: true,
      hosts: '',
      verbose: false,
      otlpUrl: undefined,
      otlpEvery: undefined,
    },
  ],
  [
    [],
    { SLIPWAY_ANONYMOUS: '0' },
    {
      port: 8080,
      builderPort: 8790,
      state,
      demo: 'short',
      fresh: false,
      allowLoopback: false,
      anonymous: false,
      hosts: '',
      verbose: false,
      otlpUrl: undefined,
      otlpEvery: undefined,
    },
  ],
  [
    [],
    { PORT: '81', BUILDER_PORT: '82', SLIPWAY_STATE: '/var/slipway' },
    {
      port: 81,
      builderPort: 82,
      state: '/var/slipway',
      demo: 'short',
      fresh: false,
      allowLoopback: false,
      anonymous: true,
      hosts: '',
      verbose: false,
      otlpUrl: undefined,
      otlpEvery: undefined,
    },
  ],
  [
    [],
    { PORT: '', BUILDER_PORT: '', SLIPWAY_STATE: '' },
    {
      port: 8080,
      builderPort: 8790,
      state,
      demo: 'short',
      fresh: false,
      allowLoopback: false,
      anonymous: true,
      hosts: '',
      verbose: false,
      otlpUrl: undefined,
      otlpEvery: undefined,
    },
  ],
  [
    ['--demo', 'full'],
    {},
    {
      port: 8080,
      builderPort: 8790,
      state,
      demo: 'full',
      fresh: false,
      allowLoopback: false,
      anonymous: true,
      hosts: '',
      verbose: false,
      otlpUrl: undefined,
      otlpEvery: undefined,
    },
  ],
])('a setting is taken: %j with %j', (args, env, settings) => {
  expect(readStartSettings(args, env)).toEqual(settings);
});

test.each([
  [[], { PORT: '80a' }, 'PORT must be a port from 1 to 65535, not 80a'],
  [[], { PORT: '0' }, 'PORT must be a port from 1 to 65535, not 0'],
  [[], { BUILDER_PORT: '65536' }, 'BUILDER_PORT must be a port from 1 to 65535, not 65536'],
  [[], { PORT: '8790' }, 'PORT and BUILDER_PORT are both 8790. Set one of them to another port.'],
  [['--nodemo'], {}, "Unknown option '--nodemo'"],
  [['--demo', 'long'], {}, '--demo takes full, not long. Leave it out for the short demo.'],
  [['--demo', 'full', '--no-demo'], {}, '--demo and --no-demo exclude each other. Leave one of them out.'],
  [['now'], {}, "Unexpected argument 'now'"],
])('a setting is refused: %j with %j', (args, env, reason) => {
  expect(readStartSettings(args, env)).toBe(reason);
});
