// Tests PUT /instances/{id}: a start's events, how a start fails, and that concurrent requests share one start.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import { eventually, type Files, handler, refusal, TestBuilder } from '../support.ts';
import { summary } from './event-summary.ts';

let builder: TestBuilder;

beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

const fine = handler('def predict(self, request):\n    return {}');

describe('a start', () => {
  test('a start reports its steps and ends with ready', async () => {
    const events = await builder.put('dep_steps', await builder.putPlugin(fine));
    expect(summary(events)).toEqual(['step unpack', 'step compile', 'step load', 'step ready', 'ready ready']);
  });

  test('a start of a ready instance reports only ready', async () => {
    const spec = await builder.putPlugin(fine);
    await builder.put('dep_twice', spec);
    await builder.call('dep_twice');
    const events = await builder.put('dep_twice', spec);
    // The uptime changes, and only a GET response has the memory.
    const { load: _, memory: __, ...status } = await builder.status('dep_twice');
    expect(events).toEqual([{ type: 'ready', instance: expect.objectContaining(status) }]);
    expect(status).toMatchObject({ calls: 1, restarts: 0 });
  });

  test('a start is shared by concurrent requests', async () => {
    const files = handler(
      'def predict(self, request):\n    return {"pid": os.getpid()}',
      'import os\nprint("imported")',
    );
    const spec = await builder.putPlugin(files);
    const starts = await Promise.all(Array.from({ length: 5 }, () => builder.put('dep_shared', spec)));
    for (const events of starts) expect(summary(events).at(-1)).toBe('ready ready');
    await eventually(() => builder.logs('dep_shared')).toEqual(['stdout: imported']);
  });

  test('a start makes calls wait until it is ready', async () => {
    const spec = await builder.putPlugin(fine);
    const started = await builder.fetch('/instances/dep_early', { method: 'PUT', body: JSON.stringify(spec) });
    expect(await builder.result('dep_early')).toEqual({});
    await started.text();
  });

  test('a start unpacks large archives in a thread', { tags: 'long' }, async () => {
    const weights = new Uint8Array(randomBytes(300_000));
    const files: Files = {
      ...handler(
        [
          'def predict(self, request):',
          '    with open(os.path.join(os.path.dirname(__file__), "models", "w.bin"), "rb") as file:',
          '        return {"sha256": hashlib.sha256(file.read()).hexdigest()}',
        ].join('\n'),
        'import hashlib\nimport os',
      ),
      'models/w.bin': weights,
    };
    const id = await builder.run(files);
    expect(await builder.result(id)).toEqual({ sha256: createHash('sha256').update(weights).digest('hex') });
  });
});

describe('realtime shapes', () => {
  const example = (name: string): Files => ({
    'realtime.py': readFileSync(new URL(`../../fixtures/builder-plugins/${name}.py`, import.meta.url), 'utf8'),
  });

  test.each([
    [
      'run_inference of an InferenceService',
      'run_inference',
      { text: 'Kind words, kind people' },
      { words: 4, loaded: 1 },
    ],
    ['__call__ of an InferenceService', 'call', { text: 'Kind words' }, { words: 2 }],
    [
      'predict of a RealtimeHandler',
      'predict',
      { text: 'Kind words' },
      { words: 2, keys: ['inputs', 'parameters', 'text'] },
    ],
  ])('a plugin with any shape of realtime.py works: %s', async (_, name, inputs, expected) => {
    expect(await builder.result(await builder.run(example(name)), inputs)).toEqual(expected);
  });
});

describe('a start that fails', () => {
  const declared =
    "is declared, but what is installed for it has no such module; check the module's name and the requirement's marker";
  const cases: { name: string; files: Files; dependencies?: string[]; last: string }[] = [
    {
      name: 'source that is not Python',
      files: { ...fine, 'processors/core.py': 'def f(:\n    pass\n' },
      last: 'failed compile-failed: processors/core.py:1: ',
    },
    {
      name: 'a declared dependency',
      files: { 'realtime.py': 'from pydantic import BaseModel\n' },
      dependencies: ['pydantic>=2'],
      last: `failed dependency-not-installed: module 'pydantic' is missing (realtime.py:1): dependency 'pydantic>=2' ${declared}`,
    },
    {
      name: 'an unknown import',
      files: { 'realtime.py': 'import numpy\n' },
      last: "failed import-failed: module 'numpy' is missing (realtime.py:1): ",
    },
    {
      name: 'no handler',
      files: { 'realtime.py': 'x = 1\n' },
      last: 'failed handler-missing: realtime.py must define ',
    },
    {
      name: 'a model that does not load',
      files: handler(
        'def load_model(self):\n    raise OSError("no weights")\n\ndef predict(self, request):\n    return {}',
      ),
      last: 'failed load-failed: RealtimeHandler at realtime.py:5: OSError: no weights',
    },
    {
      name: 'a process that ends',
      files: { 'realtime.py': 'import os\nos._exit(7)\n' },
      last: 'failed process-died: The process exited: exit code 7.',
    },
    {
      name: 'a process that crashes',
      files: { 'realtime.py': 'import os, signal\nos.abort()\n' },
      last: 'failed process-died: The process exited: signal ',
    },
  ];

  test.each(cases)('a start fails because of $name', async ({ files, dependencies = [], last }) => {
    const spec = await builder.putPlugin(files, dependencies);
    const events = summary(await builder.put('dep_failing', spec));
    expect(events.at(-1)?.slice(0, last.length)).toBe(last);
    expect((await builder.status('dep_failing')).state).toBe('failed');
    expect(refusal(await builder.invoke('dep_failing'))).toBe('404 instance-gone');
  });

  test("a start fails at its time limit if loading doesn't end", { tags: 'long' }, async () => {
    const slow = await TestBuilder.start({ limits: { startMs: 1000 } });
    const spec = await slow.putPlugin({ 'realtime.py': 'while True:\n    pass\n' });
    expect(summary(await slow.put('dep_slow', spec)).at(-1)).toBe(
      'failed start-timeout: The plugin was not ready within 1 s. Do less work while it loads.',
    );
    await eventually(() => slow.workers()).toEqual([]);
    await slow.close();
  });

  test('a start fails if the blob is not an archive', async () => {
    const sha256 = createHash('sha256').update('no archive').digest('hex');
    await builder.send('PUT', `/blobs/${sha256}`, 'no archive');
    const spec: PythonSpec = {
      runtime: 'python',
      archive: sha256,
      plugin: { name: 'demo', version: '1.0.0' },
      dependencies: [],
    };
    const events = summary(await builder.put('dep_no_archive', spec));
    expect(events).toEqual([
      'step unpack',
      'failed archive-invalid: Not a readable archive: neither a zip nor a tar.gz',
    ]);
  });

  test('a failed start reports and retains its output, and frees its ID for another attempt', async () => {
    const broken = await builder.putPlugin({
      'realtime.py': 'import sys\nprint("trying", file=sys.stderr)\nx = 1 / 0\n',
    });
    const events = summary(await builder.put('dep_again', broken));
    const logs = await builder.logs('dep_again');
    expect(events.filter((line) => line.startsWith('log')).map((line) => line.slice(4))).toEqual(logs);
    expect(logs.filter((line) => line.startsWith('stderr'))).toEqual(['stderr: trying']);
    expect(logs.filter((line) => line.startsWith('host'))).toEqual([
      'host: Traceback (most recent call last):',
      'host:   File "realtime.py", line 3, in <module>',
      'host:     x = 1 / 0',
      'host: ZeroDivisionError: division by zero',
      'host: Start failed: importing realtime.py failed at realtime.py:3: ZeroDivisionError: division by zero',
    ]);
    const fixed = await builder.putPlugin(fine);
    expect(summary(await builder.put('dep_again', fixed)).at(-1)).toBe('ready ready');
  });

  test('a failed start is reported to every waiting request', { tags: 'long' }, async () => {
    const spec = await builder.putPlugin({ 'realtime.py': 'x = 1 / 0\n' });
    const starts = await Promise.all([builder.put('dep_both', spec), builder.put('dep_both', spec)]);
    expect(starts.map((events) => events.at(-1)?.type)).toEqual(['failed', 'failed']);
  });
});
