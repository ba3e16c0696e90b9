// Mutations of how the builder reads what a plugin's process writes: frames, lines, events, answers and readiness.
import type { Mutation } from './mutation.ts';

const python = 'test/builder/breakout/python-channel.test.ts';
const executable = 'test/builder/breakout/executable-channel.test.ts';
const repeated = 'test/builder/repeated-calls.test.ts';
const partial = 'test/builder/partial-messages.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'a plugin that says it is ready counts as ready',
    file: 'builder/server/python/python-process.ts',
    search: 'this.#probe = randomBytes(probeBytes);',
    replace: 'this.#settleStart(undefined);\n      this.#probe = randomBytes(probeBytes);',
    tests: [python],
  },
  {
    name: 'any answer to the probe counts',
    file: 'builder/server/python/python-process.ts',
    search: 'if (!this.#probe?.equals(body)) throw',
    replace: 'if (!this.#probe) throw',
    tests: [python],
  },
  {
    name: 'a start may end twice',
    file: 'builder/server/python/python-process.ts',
    search: '} else if (this.#hasStarted || this.#probe) {',
    replace: '} else if (this.#hasStarted) {',
    tests: [python],
  },
  {
    name: 'a hello counts as ready',
    file: 'builder/server/executables/executable-process.ts',
    search: 'this.#onReady = () => this.#settleStart(undefined);',
    replace: 'this.#settleStart(undefined);',
    tests: [executable],
  },
  {
    name: 'an incomplete frame has no deadline',
    file: 'builder/server/python/frames.ts',
    search: 'if (this.#isPartial) this.#deadline.start();',
    replace: '',
    tests: [partial],
  },
  {
    name: 'an incomplete line has no deadline',
    file: 'builder/server/executables/message-lines.ts',
    search: '    this.#deadline.start();\n',
    replace: '',
    tests: [partial],
  },
  {
    name: 'a complete line leaves its deadline to the next one',
    file: 'builder/server/executables/message-lines.ts',
    search: '    this.#deadline.clear();\n',
    replace: '',
    tests: [partial],
  },
  {
    name: 'a late frame is waited for',
    file: 'builder/server/python/python-process.ts',
    search: "() => this.#endViolator('an incomplete frame')",
    replace: '() => {}',
    tests: [python],
  },
  {
    name: 'a late line is waited for',
    file: 'builder/server/executables/executable-process.ts',
    search: "() => this.#endViolator('an incomplete line')",
    replace: '() => {}',
    tests: [executable],
  },
  {
    name: 'pieces of a frame are kept',
    file: 'builder/server/python/frames.ts',
    search: 'const copied = chunk.copy(target, this.#collected, at);',
    replace: 'const copied = Math.min(target.length - this.#collected, chunk.length - at);',
    tests: [partial],
  },
  {
    name: 'lines cost nothing',
    file: 'builder/server/processes/read-credit.ts',
    search: 'this.#credit -= bytes + lines * lineCost;',
    replace: 'this.#credit -= bytes;',
    tests: [partial],
  },
  {
    name: 'reported lines are not charged',
    file: 'builder/server/python/python-process.ts',
    search: 'this.#credit.charge(body.length, event.lines.length);',
    replace: '',
    tests: [python],
  },
  {
    name: 'an event may have any size',
    file: 'builder/server/python/worker-events.ts',
    search: 'if (body.length > bytesMax) throw',
    replace: 'if (body.length > 1e9) throw',
    tests: [python],
  },
  {
    name: 'an event may have any number of lines',
    file: 'builder/server/python/worker-events.ts',
    search: 'event.lines.length > linesMax',
    replace: 'event.lines.length > 1e9',
    tests: [python],
  },
  {
    name: 'an answer may nest at any depth',
    file: 'builder/server/instances/instance.ts',
    search: 'if (!nestsDeeper(answer, answerLevels)) return answer;',
    replace: 'if (answerLevels > 0) return answer;',
    tests: [python, executable],
  },
  {
    name: 'the calls of a violator are answered as crashed',
    file: 'builder/server/python/python-process.ts',
    search: 'this.#calls.rejectAll(() => invalidAnswer(violation));',
    replace: '',
    tests: [python],
  },
  {
    name: 'the calls of an executable that violates the protocol are answered as crashed',
    file: 'builder/server/executables/executable-process.ts',
    search: 'this.#calls.rejectAll(() => invalidAnswer(violation));',
    replace: '',
    tests: [executable],
  },
  {
    name: 'a call that runs is taken a second time',
    file: 'builder/server/instances/recent-calls.ts',
    search: 'this.#running.has(id) || ',
    replace: '',
    tests: [repeated],
  },
  {
    name: 'a call that ended is taken a second time',
    file: 'builder/server/instances/recent-calls.ts',
    search: 'const answer = await call();\n      this.#ended.add(id);',
    replace: 'const answer = await call();',
    tests: [repeated],
  },
  {
    name: 'the IDs of calls are forgotten too early',
    file: 'builder/server/instances/recent-calls.ts',
    search: 'this.#endedBefore = isNext ? this.#ended : new Set();',
    replace: 'this.#endedBefore = new Set();',
    tests: [repeated],
  },
  {
    name: 'a call that never reached its plugin cannot be repeated',
    file: 'builder/server/instances/recent-calls.ts',
    search: 'if (!(error instanceof Refusal) || reached.has(error.code)) this',
    replace: 'this',
    tests: [repeated],
  },
  {
    name: 'the ID of a call is ignored',
    file: 'builder/server/http/app.ts',
    search: "typeof id === 'string' ? recentCalls.run(id, call) : call()",
    replace: 'call()',
    tests: [repeated],
  },
];
