// Mutations of src/serve: who may use a route, what reaches an instance, and how a failed call is answered.
import type { Mutation } from './mutation.ts';

const calls = 'test/serve/calls.test.ts';
const byName = 'test/serve/by-name.test.ts';
const traffic = 'test/api/deployments/traffic.test.ts';
const onDemand = 'test/serve/on-demand.test.ts';
const installedCalls = 'test/deploy/install/two-workers.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'an instance that crashes again and again looks asleep',
    file: 'src/serve/instance-state.ts',
    search: "return status?.state === 'restarting' ? 'restarting' : 'asleep';",
    replace: "return 'asleep';",
    tests: ['test/api/deployments/deployments.test.ts'],
  },
  {
    name: 'a key bound to another namespace calls a cached route',
    file: 'src/serve/route.ts',
    search: '!options.fresh && seesNamespace(actor, cached.route.namespaceId)',
    replace: '!options.fresh',
    tests: [calls, installedCalls],
  },
  {
    name: 'organizations share cached routes',
    file: 'src/serve/route.ts',
    search: 'const key = `${actor.organizationId}/${keyOf(callee)}`;',
    replace: 'const key = keyOf(callee);',
    tests: [calls, installedCalls],
  },
  {
    name: 'a route is cached for ever',
    file: 'src/serve/route.ts',
    search: 'cached && cached.until > clock.now() && !options.fresh',
    replace: 'cached && !options.fresh',
    tests: [byName],
  },
  {
    name: 'a route whose instance is gone is used again',
    file: 'src/serve/route.ts',
    search: '&& !options.fresh && ',
    replace: '&& ',
    tests: [onDemand],
  },
  {
    name: 'the cache of routes grows without limit',
    file: 'src/serve/route.ts',
    search: 'if (routes.size >= serving.routeCacheSize) routes.clear();',
    replace: '',
    tests: [calls],
  },
  {
    name: 'a name and a version slug share a cached route',
    file: 'src/serve/route.ts',
    search: 'return `${callee.namespaceId}/name/${callee.name}`;',
    replace: 'return `${callee.namespaceId}/version/${callee.name}`;',
    tests: [byName],
  },
  {
    name: 'calls of Go plugins mix the kinds',
    file: 'src/serve/route.ts',
    search: '    eq(plugins.kind, kind),\n',
    replace: '',
    tests: ['test/deploy/install/install.test.ts'],
  },
  {
    name: 'a batch-only deployment is called',
    file: 'src/serve/route.ts',
    search: "if (deployment.type === 'batch_only')",
    replace: 'if (false)',
    tests: [byName],
  },
  {
    name: 'an instance on standby is kept awake as long as the serving one',
    file: 'src/serve/route.ts',
    search: 'standby: name.targetId !== version.id',
    replace: 'standby: false',
    tests: [calls],
  },
  {
    name: 'a call of an older route wakes a version that another one replaced',
    file: 'src/contract/builder/serving.ts',
    search: 'said.ticket > known.ticket ||',
    replace: 'said.ticket >= 0 ||',
    tests: ['test/deploy/standby.test.ts', 'test/deploy/builder/managed-container.test.ts'],
  },
  {
    name: 'a version that takes an empty name stays on standby',
    file: 'src/contract/builder/serving.ts',
    search: ' || (said.ticket === known.ticket && !said.standby)',
    replace: '',
    tests: ['test/builder/instances/lifecycle.test.ts'],
  },
  {
    name: 'a call that crashed after a start is run again',
    file: 'src/serve/call.ts',
    search: '    if (!isGone(error)) throw error;\n',
    replace: '',
    tests: [calls],
  },
  {
    name: 'an instance that is gone again is not started again',
    file: 'src/serve/call.ts',
    search: 'if (!isGone(error)) throw error;',
    replace: 'if (error) throw error;',
    tests: [calls],
  },
  {
    name: 'a crashed call is repeated',
    file: 'src/serve/failures.ts',
    search: "return error instanceof BuilderError && error.code === 'instance-gone';",
    replace: 'return error instanceof BuilderError;',
    tests: [calls],
  },
  {
    name: "the deployment's parameters override those of the call",
    file: 'src/serve/invoke.ts',
    search: '{ ...parameters, ...call.parameters }',
    replace: '{ ...call.parameters, ...parameters }',
    tests: [calls],
  },
  {
    name: 'a timeout of a Go plugin is reported as a crash',
    file: 'src/serve/operate.ts',
    search: "timeout: 'plugin_timeout',",
    replace: "timeout: 'plugin_crashed',",
    tests: [installedCalls],
  },
  {
    name: 'counted calls replace those of other isolates',
    file: 'src/traffic/call-counters.ts',
    search: 'calls: sql`${callHours.calls} + excluded.calls`',
    replace: 'calls: sql`excluded.calls`',
    tests: [traffic],
  },
  {
    name: 'a caller does not see its own calls before they are written',
    file: 'src/traffic/traffic.ts',
    search: '...unwritten.filter(({ hour }) => hour >= since)',
    replace: '...unwritten.filter(() => false)',
    tests: [traffic],
  },
  {
    name: 'an answer with an error is counted as a success',
    file: 'src/serve/call.ts',
    search: "!('answer' in ended) || 'error' in ended.answer",
    replace: "!('answer' in ended)",
    tests: [traffic],
  },
];
