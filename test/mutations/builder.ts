// Mutations of builder/server: addresses, limits, caches, the sandbox, and who may ask for what.
import type { Mutation } from './mutation.ts';

const addresses = 'test/builder/addresses.test.ts';
const backoff = 'test/builder/backoff.test.ts';
const blobs = 'test/builder/blobs.test.ts';
const builds = 'test/builder/go-builds.test.ts';
const calls = 'test/builder/calls.test.ts';
const data = 'test/builder/data-folders.test.ts';
const executables = 'test/builder/executables.test.ts';
const hostile = 'test/builder/hostile.test.ts';
const lifecycle = 'test/builder/lifecycle.test.ts';
const probe = 'test/builder/probe.test.ts';
const sources = 'test/builder/sources.test.ts';
const surface = 'test/builder/surface.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'metadata services are public addresses',
    file: 'builder/server/egress/addresses.ts',
    search: "['169.254.0.0', 16],",
    replace: '',
    tests: [addresses],
  },
  {
    name: 'carrier addresses are public',
    file: 'builder/server/egress/addresses.ts',
    search: "['100.64.0.0', 10],",
    replace: '',
    tests: [addresses],
  },
  {
    name: 'private addresses are public only in part',
    file: 'builder/server/egress/addresses.ts',
    search: "['172.16.0.0', 12],",
    replace: "['172.16.0.0', 16],",
    tests: [addresses],
  },
  {
    name: 'reserved addresses are public',
    file: 'builder/server/egress/addresses.ts',
    search: "['224.0.0.0', 3],",
    replace: "['224.0.0.0', 4],",
    tests: [addresses],
  },
  {
    name: 'Teredo addresses are public',
    file: 'builder/server/egress/addresses.ts',
    search: "['2001::', 23],",
    replace: '',
    tests: [addresses],
  },
  {
    name: 'every IPv6 address is public',
    file: 'builder/server/egress/addresses.ts',
    search: "return globalIpv6.check(address, 'ipv6') && !special.check(address, 'ipv6');",
    replace: "return !special.check(address, 'ipv6');",
    tests: [addresses],
  },
  {
    name: 'one public address of a name is enough',
    file: 'builder/server/egress/addresses.ts',
    search: 'return addresses.every(({ address }) =>',
    replace: 'return addresses.some(({ address }) =>',
    tests: [addresses],
  },
  {
    name: 'Git looks up the host again',
    file: 'builder/server/sources/git.ts',
    search: 'if (address === undefined) return asOptions([allowed]);',
    replace: 'return asOptions([allowed]);',
    tests: [addresses],
  },
  {
    name: 'a redirect looks up the host again',
    file: 'builder/server/sources/redirects.ts',
    search: '...(address === undefined ? {} : { lookup: lookupOf([{ address, family: isIPv6(address) ? 6 : 4 }]) }),',
    replace: '',
    tests: [addresses],
  },
  {
    name: 'a redirect is not checked',
    file: 'builder/server/sources/fetch.ts',
    search: 'current = await resolveRepository(target, machine.allowLoopback);',
    replace: 'current = { url: target, address: undefined };',
    tests: [sources],
  },
  {
    name: 'Git follows redirects itself',
    file: 'builder/server/sources/git.ts',
    search: "'http.followRedirects=false',",
    replace: "'http.followRedirects=true',",
    tests: [sources],
  },
  {
    name: 'loopback is always allowed',
    file: 'builder/server/sources/repository.ts',
    search: 'parseExternalUrl(text, { allowLoopback,',
    replace: 'parseExternalUrl(text, { allowLoopback: true || allowLoopback,',
    tests: [sources],
  },
  {
    name: 'a symbolic link in a source is accepted',
    file: 'builder/server/sources/tree.ts',
    search: "if (mode === '120000')",
    replace: "if (mode === '120001')",
    tests: [sources],
  },
  {
    name: 'the number of files in a source is not limited',
    file: 'builder/server/sources/tree.ts',
    search: 'if (entries.length > sourceFiles) throw',
    replace: 'if (entries.length > sourceFiles * 1000) throw',
    tests: [sources],
  },
  {
    name: 'a ref may be an option',
    file: 'builder/server/sources/refs.ts',
    search: 'const isPlain = plainRef.test(ref) &&',
    replace: 'const isPlain =',
    tests: [sources],
  },
  {
    name: 'the newest blobs are evicted first',
    file: 'builder/server/blobs/blobs.ts',
    search: 'b.usedMs - a.usedMs',
    replace: 'a.usedMs - b.usedMs',
    tests: [blobs],
  },
  {
    name: 'blobs are never evicted',
    file: 'builder/server/blobs/blobs.ts',
    search: 'if (total > totalBytesMax) await',
    replace: 'if (total > 2 * totalBytesMax) await',
    tests: [blobs],
  },
  {
    name: 'a lookup does not mark a blob as used',
    file: 'builder/server/blobs/blobs.ts',
    search: 'return utimes(this.path(sha256), now, now).then(',
    replace: 'return stat(this.path(sha256)).then(',
    tests: [blobs],
  },
  {
    name: 'the digest of a blob is not checked',
    file: 'builder/server/blobs/blobs.ts',
    search: 'if (found !== sha256) throw',
    replace: "if (found === '') throw",
    tests: [surface],
  },
  {
    name: 'an evicted artifact counts as built',
    file: 'builder/server/builds/builds.ts',
    search: 'return (await this.#machine.blobs.has(record.built.artifact.sha256)) ? record : undefined;',
    replace: 'return record;',
    tests: [builds],
  },
  {
    name: 'a failure that may pass is remembered',
    file: 'builder/server/builds/builds.ts',
    search: 'if (cause.isDeterministic) await this.#records',
    replace: 'await this.#records',
    tests: [builds],
  },
  {
    name: 'data of a failed instance cannot be deleted',
    file: 'builder/server/instances/instances.ts',
    search: "spec.data === name && state !== 'failed'",
    replace: 'spec.data === name',
    tests: [data],
  },
  {
    name: 'data in use can be deleted',
    file: 'builder/server/http/app.ts',
    search: 'if (instances.usesData(name))',
    replace: 'if (false)',
    tests: [executables],
  },
  {
    name: 'a running instance accepts another spec',
    file: 'builder/server/instances/instances.ts',
    search: 'if (!sameSpec(instance.spec, spec))',
    replace: 'if (!sameSpec(instance.spec, instance.spec))',
    tests: [surface],
  },
  {
    name: 'a stable process keeps its backoff',
    file: 'builder/server/instances/replica.ts',
    search: 'if (this.#settings.now() - this.#readyAt >= stableAfterMs) this.#failuresInRow = 0;',
    replace: '',
    tests: [backoff],
  },
  {
    name: 'every crash resets the backoff',
    file: 'builder/server/instances/replica.ts',
    search: 'if (this.#settings.now() - this.#readyAt >= stableAfterMs) this.#failuresInRow = 0;',
    replace: 'this.#failuresInRow = 0;',
    tests: [backoff],
  },
  {
    name: 'an instance sleeps while it has calls',
    file: 'builder/server/instances/instance.ts',
    search: "this.#state === 'ready' && this.#calls.inFlight === 0 &&",
    replace: "this.#state === 'ready' &&",
    tests: [lifecycle],
  },
  {
    name: 'the token is not checked',
    file: 'builder/server/http/guard.ts',
    search: "if (!timingSafeEqual(digest(headers.authorization ?? ''), expected)) {",
    replace: 'if (headers.authorization === undefined) {',
    tests: [surface],
  },
  {
    name: 'the contract version is not checked',
    file: 'builder/server/http/guard.ts',
    search: 'if (version === contractVersion) return undefined;',
    replace: 'if (version !== undefined) return undefined;',
    tests: [surface],
  },
  {
    name: 'a body may grow beyond its limit',
    file: 'builder/server/http/body.ts',
    search: 'if (size > bytesMax) {',
    replace: 'if (size > 100 * bytesMax) {',
    tests: [surface],
  },
  {
    name: 'a call has no time limit',
    file: 'builder/server/processes/pending-calls.ts',
    search: 'const deadline = performance.now() + this.#times.callMs - waitedMs;',
    replace: 'const deadline = performance.now() + 1e9 - waitedMs;',
    tests: [calls],
  },
  {
    name: 'a hanging call blocks its process',
    file: 'builder/server/processes/pending-calls.ts',
    search: 'this.#actions.onHang();',
    replace: '',
    tests: [calls],
  },
  {
    name: 'processes that a worker started survive',
    file: 'builder/server/processes/child-group.ts',
    search: "this.#lose();\n    this.#signal('SIGKILL');",
    replace: 'this.#lose();',
    tests: [hostile],
  },
  {
    name: 'an unexpected frame is ignored',
    file: 'builder/server/python/python-process.ts',
    search: '} else if (!this.#settle(kind, id, body)) {',
    replace: '} else if (!this.#settle(kind, id, body) && kind < 0) {',
    tests: [hostile],
  },
  {
    name: 'a plugin gets the network',
    file: 'builder/server/python/python-command.ts',
    search: 'network: false,',
    replace: 'network: true,',
    tests: [hostile, probe],
  },
  {
    name: 'every executable gets the network',
    file: 'builder/server/executables/executable-command.ts',
    search: 'network: false,',
    replace: 'network: true,',
    tests: [executables],
  },
  {
    name: 'the ends of compressed files in large archives are not looked at',
    file: 'builder/server/blobs/unpack.ts',
    search: 'const [note] = source ? [] : ',
    replace: 'const [note] = source || bytes ? [] : ',
    tests: ['test/builder/start.test.ts'],
  },
];
