// Mutations of builder/server/environments: what is refused, removed, compiled and shared.
import type { Mutation } from './mutation.ts';

const environments = 'test/builder/environments/environments.test.ts';
const wheelFiles = 'test/builder/environments/wheel-files.test.ts';
const interrupted = 'test/builder/environments/environments-interrupted.test.ts';
const folder = 'builder/server/environments';

export const mutations: Mutation[] = [
  {
    name: 'a requirement may have options',
    file: `${folder}/requirements.ts`,
    search: 'if (reason !== undefined || !requirement.test(text))',
    replace: 'if (reason !== undefined)',
    tests: [environments],
  },
  {
    name: 'a lock may have anything',
    file: `${folder}/environments.ts`,
    search: 'checkLock(spec.lock);',
    replace: '',
    tests: [environments],
  },
  {
    name: 'what runs without being imported stays',
    file: `${folder}/remove-files.ts`,
    search: 'remove(name);',
    replace: '',
    tests: [environments],
  },
  {
    name: 'the bytecode of wheels stays',
    file: `${folder}/remove-files.ts`,
    search: 'removeOrFail(path);',
    replace: '',
    tests: [wheelFiles],
  },
  {
    name: 'names without room for those of bytecode fail the installation',
    file: 'builder/host-python/slipway_environment/compile_all.py',
    search: 'bytecode = _compile(os.path.join(folder, path), path) if _is_short(target) else None',
    replace: 'bytecode = _compile(os.path.join(folder, path), path)',
    tests: [wheelFiles],
  },
  {
    name: 'a lock suits the oldest Python or none',
    file: `${folder}/resolve.ts`,
    search: 'if (newer === undefined) throw',
    replace: 'throw',
    tests: [environments],
  },
  {
    name: 'an environment may have any number of files',
    file: `${folder}/install.ts`,
    search: 'if (size.bytes > bytes || size.files > files) throw tooLarge(limits, lock.text);',
    replace: '',
    tests: [environments],
  },
  {
    name: 'bytecode is compared with its source',
    file: 'builder/host-python/slipway_environment/compile_all.py',
    search: 'importlib.util.source_hash(text), False)',
    replace: 'importlib.util.source_hash(text), True)',
    tests: [environments],
  },
  {
    name: 'packages come before the plugin',
    file: 'builder/host-python/slipway_host/serve.py',
    search: 'sys.path.append(self._packages)',
    replace: 'sys.path.insert(0, self._packages)',
    tests: [environments],
  },
  {
    name: 'equal installations run side by side',
    file: 'builder/server/equal-work.ts',
    search: 'this.#running.set(key, run);',
    replace: '',
    tests: ['test/builder/calls/equal-work.test.ts', environments, interrupted],
  },
  {
    name: 'an organization takes all slots of installations',
    file: `${folder}/environments.ts`,
    search: 'new FairSlots(environmentsAtOnce, environmentsPerOrganization)',
    replace: 'new FairSlots(environmentsAtOnce, environmentsAtOnce)',
    tests: [interrupted],
  },
  {
    name: 'a builder of one organization installs packages for others',
    file: 'builder/server/http/app.ts',
    search: 'refuseOthers(organization, spec);\n    return ndjsonResponse(environments',
    replace: 'return ndjsonResponse(environments',
    tests: ['test/builder/instances/organizations.test.ts'],
  },
  {
    name: 'an environment for another Python is used',
    file: `${folder}/environments.ts`,
    search: 'if (python === own.python && platform === own.platform) return;',
    replace: 'if (platform === own.platform || python === own.python) return;',
    tests: [environments],
  },
  {
    name: 'an interrupted installation stays on disk',
    file: `${folder}/environment-cache.ts`,
    search: "this.#removals.remove(join(this.#allStagings, name), { kind: 'environment' });",
    replace: '{}',
    tests: [interrupted],
  },
  {
    name: 'equal work waits in the queue of another organization',
    file: 'builder/server/equal-work.ts',
    search: 'const queued = queue.get(organization);',
    replace: 'const [queued] = queue.values();',
    tests: ['test/builder/calls/equal-work.test.ts'],
  },
  {
    name: 'work that was answered from elsewhere runs again',
    file: 'builder/server/equal-work.ts',
    search: 'if (queue.has(organization)) await',
    replace: 'await',
    tests: ['test/builder/calls/equal-work.test.ts'],
  },
  {
    name: 'an index that is down for a moment fails for good',
    file: 'builder/server/environments/environments.ts',
    search: 'deterministic: cause.isDeterministic',
    replace: 'deterministic: true',
    tests: ['test/builder/environments/index-down.test.ts'],
  },
  {
    name: 'uv is never fetched again after a failure',
    file: 'builder/server/environments/uv.ts',
    search: 'this.#fetching = undefined;',
    replace: '',
    tests: ['test/builder/environments/index-down.test.ts'],
  },
  {
    name: 'a full cache removes environments that are in use',
    file: 'builder/server/environments/environment-cache.ts',
    search: ' && !this.#uses.has(key)',
    replace: '',
    tests: ['test/builder/environments/environment-cache.test.ts'],
  },
];
