// Mutations of builder/server/sandbox: limits of processes, users, and what the probe of a sandbox finds out.
import type { Mutation } from './mutation.ts';

const probe = 'test/builder/sandbox/probe.test.ts';
const limits = 'test/builder/sandbox/process-limits.test.ts';
const priority = 'test/builder/sandbox/priority.test.ts';
const memory = 'test/builder/sandbox/memory.test.ts';
const ends = 'test/builder/process.test.ts';
const hostile = 'test/builder/sandbox/hostile.test.ts';
const users = 'test/builder/sandbox/user-ids.test.ts';
const breakout = 'test/builder/breakout/breakout.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'a sandbox with a network is used',
    file: 'builder/server/sandbox/probe.ts',
    search: "[closed && report.connects, 'a plugin can reach the network'],",
    replace: '',
    tests: [probe],
  },
  {
    name: "a sandbox that shows the machine's files is used",
    file: 'builder/server/sandbox/probe.ts',
    search: "[ownRoot && report.sees, 'a plugin can see files of this machine'],",
    replace: '',
    tests: [probe],
  },
  {
    name: 'a sandbox that shows other processes is used',
    file: 'builder/server/sandbox/probe.ts',
    search: "[closed && report.processes > 0, 'a plugin can see other processes'],",
    replace: '',
    tests: [probe],
  },
  {
    name: 'a sandbox that can be written to is used',
    file: 'builder/server/sandbox/probe.ts',
    search: "[confined && report.writes, 'a plugin can write outside of its folder'],",
    replace: '',
    tests: [probe],
  },
  {
    name: 'a sandbox with variables of the builder is used',
    file: 'builder/server/sandbox/probe.ts',
    search: "[report.environment.some((name) => !environment.has(name)), 'a plugin has variables of the builder'],",
    replace: '',
    tests: [probe],
  },
  {
    name: 'a sandbox without a filter of system calls is used',
    file: 'builder/server/sandbox/probe.ts',
    search: "[confined && report.calls.length > 0, `a plugin can make the system call ${report.calls.join(' and ')}`],",
    replace: '',
    tests: [probe],
  },
  {
    name: 'any sandbox is used',
    file: 'builder/server/sandbox/choose-sandbox.ts',
    search: 'if (failure === undefined) return sandbox;',
    replace: 'return sandbox;',
    tests: [ends],
  },
  {
    name: 'a plugin writes larger files',
    file: 'builder/server/sandbox/process-limits.ts',
    search: 'fileBytes: 256 * MiB,',
    replace: 'fileBytes: 512 * MiB,',
    tests: [limits],
  },
  {
    name: 'a plugin starts more processes',
    file: 'builder/server/sandbox/process-limits.ts',
    search: 'processes: 128 * replicas,',
    replace: 'processes: 512 * replicas,',
    tests: [limits],
  },
  {
    name: 'the compiler has no limit of processor time',
    file: 'builder/server/sandbox/process-limits.ts',
    search: 'cpuSeconds: limits.buildCpuSeconds,',
    replace: 'cpuSeconds: null,',
    tests: [limits],
  },
  {
    name: 'Git downloads more than its limit',
    file: 'builder/server/sandbox/process-limits.ts',
    search: 'fileBytes: limits.fetchBytes,',
    replace: 'fileBytes: 2 * limits.fetchBytes,',
    tests: [limits],
  },
  {
    name: 'the number of processes is not limited',
    file: 'builder/server/sandbox/sandbox.ts',
    search: 'processes: hasOwnRoot(sandbox) || ownUser ? limits.processes : null,',
    replace: 'processes: null,',
    tests: [limits],
  },
  {
    name: 'control groups are used although the kernel ignores their limits',
    file: 'builder/server/sandbox/cgroup-probe.ts',
    search: "if (reason === 'signal SIGKILL' && group.kills() > 0) return undefined;",
    replace: 'return undefined;',
    tests: ['test/builder/sandbox/cgroup-probe.test.ts'],
  },
  {
    name: 'an instance is in no control group',
    file: 'builder/server/sandbox/sandbox.ts',
    search: 'cgroup: home.cgroup?.folders ?? home.sharedGroup ?? [],',
    replace: 'cgroup: [],',
    tests: [memory],
  },
  {
    name: 'watched memory is not looked at',
    file: 'builder/server/sandbox/memory-watch.ts',
    search: 'memoryOf(this.#pid) + this.#disk.memoryBytes > bytes;',
    replace: 'false;',
    tests: [memory],
  },
  {
    name: 'an instance continues after the kernel ended one of its processes',
    file: 'builder/server/sandbox/memory-watch.ts',
    search: 'cgroup.kills() > this.#killsBefore',
    replace: 'false',
    tests: [memory],
  },
  {
    name: 'a plugin with watched memory starts processes',
    file: 'builder/server/sandbox/process-limits.ts',
    search: 'startsProcesses: false,',
    replace: 'startsProcesses: true,',
    tests: [memory],
  },
  {
    name: 'the groups of a builder that was killed stay',
    file: 'builder/server/sandbox/cgroups.ts',
    search: 'safeParse(parseJson(text)).data ?? [])',
    replace: 'safeParse(undefined).data ?? [])',
    tests: [memory],
  },
  {
    name: "workers keep the builder's environment",
    file: 'builder/server/sandbox/sandbox.ts',
    search: "const env = { LANG: 'C.UTF-8', HOME: temp, TMPDIR: temp, ...confined.environment };",
    replace: "const env = { ...(process.env as Record<string, string>), LANG: 'C.UTF-8', HOME: temp, TMPDIR: temp };",
    tests: [hostile],
  },
  {
    name: 'a worker in namespaces keeps its arguments',
    file: 'builder/host-python/slipway_host/namespaces.py',
    search: 'linux.forget_arguments(arguments)  # they have paths of this machine',
    replace: 'pass',
    tests: [breakout],
  },
  {
    name: 'all of /usr/lib is visible on distributions that keep libraries there',
    file: 'builder/server/sandbox/system-paths.ts',
    search: "['/lib', '/lib64', '/usr/lib64'].filter(isLink)",
    replace: "['/lib', '/lib64', '/usr/lib']",
    tests: ['test/builder/sandbox/libraries.test.ts'],
  },
  {
    name: 'the server of a container keeps every capability',
    file: 'builder/host-python/start_server.py',
    search: 'linux.drop_bounding_set(KEPT)',
    replace: 'pass',
    tests: ['builder/host-python/tests/test_start_server.py'],
  },
  {
    name: 'two instances share a user',
    file: 'builder/server/sandbox/user-ids.ts',
    search: 'if (!taken.has(uid)) return uid;',
    replace: 'return uid;',
    tests: [users],
  },
  {
    name: 'a user ID is never given back',
    file: 'builder/server/sandbox/homes.ts',
    search: 'if (this.#removals.remove(folder, owner)) this.#takenUids.delete(uid);',
    replace: 'this.#removals.remove(folder, owner);',
    tests: ['test/builder/sandbox/user-ids.test.ts'],
  },
  {
    name: 'the compiler has the priority of calls',
    file: 'builder/server/sandbox/process-limits.ts',
    search: 'cpuSeconds: limits.buildCpuSeconds,\n    isBackground: true,',
    replace: 'cpuSeconds: limits.buildCpuSeconds,\n    isBackground: false,',
    tests: [priority],
  },
  {
    name: 'the session of a program in the background has the priority of calls',
    file: 'builder/host-python/slipway_host/namespaces.py',
    search: '    priority.lower_session()\n',
    replace: '',
    tests: [priority],
  },
  {
    name: 'a plugin may get a higher priority where a limit of the machine allows it',
    file: 'builder/host-python/slipway_host/confine.py',
    search: 'values += [(resource.RLIMIT_NICE, 0), (resource.RLIMIT_RTPRIO, 0)]',
    replace: 'values += []',
    tests: ['builder/host-python/tests/test_confine.py'],
  },
  {
    name: 'the group of programs in the background weighs as much as that of instances',
    file: 'builder/server/sandbox/priority.ts',
    search: 'export const backgroundWeight = 10;',
    replace: 'export const backgroundWeight = 100;',
    tests: [priority],
  },
];
