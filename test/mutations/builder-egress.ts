// Mutations of what the builder sends to URLs that users gave.
import type { Mutation } from './mutation.ts';

const egress = 'test/builder/network/egress.test.ts';
const route = 'test/builder/network/egress-route.test.ts';
const byWorker = 'test/deploy/builder/egress.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'a webhook looks up the host again',
    file: 'builder/server/egress/egress.ts',
    search: 'lookup, signal, timeout: this.#limits.idleMs }',
    replace: 'signal, timeout: this.#limits.idleMs }',
    tests: [egress],
  },
  {
    name: 'another name server is asked',
    file: 'builder/server/egress/addresses.ts',
    search: 'if (servers) resolver.setServers(servers);',
    replace: 'if (servers) resolver.setServers([]);',
    tests: ['test/builder/network/addresses.test.ts'],
  },
  {
    name: 'a webhook may lead to a private address',
    file: 'builder/server/egress/egress.ts',
    search: "if ('refused' in resolution) throw",
    replace: "if ('refused' in resolution && resolution.refused === 'unknown') throw",
    tests: [egress],
  },
  {
    name: 'a webhook may lead to the builder itself',
    file: 'builder/server/main.ts',
    search: '{ ...settings, ...machine.relay }',
    replace: '{ ...settings, ...machine.relay, ownPorts: new Set() }',
    tests: [route],
  },
  {
    name: 'a response has no limit',
    file: 'builder/server/egress/egress.ts',
    search: 'if (size > bytesMax)',
    replace: 'if (size < 0)',
    tests: [egress],
  },
  {
    name: 'a request goes on without the Worker',
    file: 'builder/server/http/app.ts',
    search: "c.env.outgoing.once('close', () => closed.abort());",
    replace: '',
    tests: [route],
  },
  {
    name: 'a request to the builder goes on after its signal',
    file: 'src/deploy/builder/requests.ts',
    search: 'ended?.throwIfAborted();',
    replace: '',
    tests: [byWorker],
  },
  {
    name: 'a refused address is a failed connection',
    file: 'src/contract/builder/egress.ts',
    search: 'return cause instanceof TargetNotAllowed ? cause.message : failure;',
    replace: 'return failure;',
    tests: [byWorker],
  },
  {
    name: 'a response that never ends is read for ever',
    file: 'builder/server/egress/egress.ts',
    search: 'const whole = AbortSignal.any([signal, AbortSignal.timeout(this.#limits.totalMs)]);',
    replace: 'const whole = AbortSignal.any([signal]);',
    tests: [egress],
  },
];
