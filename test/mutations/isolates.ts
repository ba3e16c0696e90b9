// Mutations of isolates: what a plugin finds there, the limits of a call, and when an instance is given up.
import type { Mutation } from './mutation.ts';

const wasi = 'test/isolate/wasi.test.ts';
const output = 'test/isolate/output.test.ts';
const driver = 'test/deploy/builder/isolates.test.ts';
const stored = 'test/logs/isolate-output.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'a call that was lost with its isolate is not repeated',
    file: 'builder/server/instances/instance.ts',
    search: '!(error instanceof ProcessLost) ||',
    replace: 'error ||',
    tests: ['test/builder/isolates/isolates.test.ts'],
  },
  {
    name: 'an isolate that ends waits longer each time',
    file: 'builder/server/instances/restart-policy.ts',
    search: "after === 'crash' ? policy.crashDelayMaxMs : startDelayMaxMs",
    replace: 'startDelayMaxMs',
    tests: ['test/builder/instances/restart-policy.test.ts'],
  },
  {
    name: 'an isolate that cannot be started is tried every second',
    file: 'builder/server/instances/restart-policy.ts',
    search: "after === 'crash' ? policy.crashDelayMaxMs : startDelayMaxMs",
    replace: 'policy.crashDelayMaxMs',
    tests: ['test/builder/instances/restart-policy.test.ts'],
  },
  {
    name: 'sleeping takes nothing of the time limit',
    file: 'src/isolate/wasi.ts',
    search: 'this.#sleepLeftNs -= first;',
    replace: '',
    tests: [wasi],
  },
  {
    name: 'a plugin may sleep as long as it likes',
    file: 'src/isolate/wasi.ts',
    search: 'if (first > this.#sleepLeftNs) throw new SleptTooLong();',
    replace: '',
    tests: [wasi],
  },
  {
    name: 'the clock stands still while a plugin sleeps',
    file: 'src/isolate/wasi.ts',
    search: 'this.#sleptNs += first;',
    replace: '',
    tests: [wasi],
  },
  {
    name: 'an unknown function succeeds',
    file: 'src/isolate/wasi.ts',
    search: '(() => notImplemented)',
    replace: '(() => success)',
    tests: [wasi],
  },
  {
    name: 'a module of another name gets the functions of WASI',
    file: 'src/isolate/wasi.ts',
    search: "(from === 'wasi_snapshot_preview1' && known.get(name))",
    replace: 'known.get(name)',
    tests: [wasi],
  },
  {
    name: 'any number of lines may be printed',
    file: 'src/isolate/output.ts',
    search: 'if (--this.#linesLeft === 0) this.#stop(stream);',
    replace: '',
    tests: [output],
  },
  {
    name: 'any number of bytes may be printed',
    file: 'src/isolate/output.ts',
    search: 'if (this.#bytesLeft < 0) this.#stop(stream);',
    replace: '',
    tests: [output],
  },
  {
    name: 'a line of any length is kept',
    file: 'src/isolate/output.ts',
    search: 'piece.slice(0, Math.max(0, lineBytesMax - this.#openBytes[stream]))',
    replace: 'piece.slice()',
    tests: [output],
  },
  {
    name: 'the mark of a line is looked for anywhere in it',
    file: 'src/contract/builder/isolate-calls.ts',
    search: 'const end = text.indexOf(markEnd);',
    replace: 'const end = text.lastIndexOf(markEnd);',
    tests: [output],
  },
  {
    name: 'an answer may nest as deep as it likes',
    file: 'src/deploy/builder/isolates.ts',
    search: 'if (nestsDeeper(answer, builderLimits.answerLevels))',
    replace: 'if (nestsDeeper(answer, Number.POSITIVE_INFINITY))',
    tests: [driver],
  },
  {
    name: 'an answer that is too large becomes an empty one',
    file: 'src/deploy/builder/isolates.ts',
    search: 'if (size > bytesMax) return undefined;',
    replace: 'if (size > bytesMax) return new Uint8Array();',
    tests: [driver],
  },
  {
    name: 'an isolate may report any error',
    file: 'src/deploy/builder/isolates.ts',
    search: 'if (isolateErrors.has(error.code)) throw error;',
    replace: 'if (error.code) throw error;',
    tests: [driver],
  },
  {
    name: 'messages with output grow beyond what a queue takes',
    file: 'src/logs/isolate-output.ts',
    search: 'if (last && chars <= messageCharsMax) {',
    replace: 'if (last) {',
    tests: [stored],
  },
  {
    name: 'a malformed message with output leaves no dead letter',
    file: 'src/worker.ts',
    search: "      else await recordDeadLetter(deps, batch.queue, message, 'malformed');",
    replace: '',
    tests: [stored],
  },
  {
    name: 'output that can not be stored is acknowledged',
    file: 'src/worker.ts',
    search: 'batch.retryAll({ delaySeconds: backoffSeconds(attempts) });',
    replace: 'batch.ackAll();',
    tests: [stored],
  },
];
