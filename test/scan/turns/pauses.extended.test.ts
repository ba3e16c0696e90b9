// Tests that a large file is analyzed with pauses, and that they don't change its result.
import { expect, test } from 'vitest';
import type { Language } from '../../../src/contract/plugin/languages.ts';
import type { Parsers } from '../../../src/scan/file/parsers.ts';
import { scanSource } from '../../../src/scan/scan.ts';
import { comparedWithPauses, own, parsers, repeat } from './with-pauses.ts';

const files: [string, Language, string][] = [
  ['a.py', 'python', `import os\nx = [${'1,'.repeat(100_000)}]\nos.system("x")\n`],
  ['b.py', 'python', `import os\ndef f():\n${repeat(8000, (at) => `  x${at % 9} = getattr(os, "sys" + "tem")(y)\n`)}`],
  ['c.py', 'python', `import os\n${repeat(8000, (at) => `a${at} = b${at} = os.environ\n`)}`],
  ['d.py', 'python', `import os\nos.system("x")\nx = [${'('.repeat(100)}\n${'1,'.repeat(50_000)}`],
  ['a.go', 'go', `package p\nimport "os"\n${repeat(20_000, (at) => `func F${at}() { os.Exit(${at}) }\n`)}`],
  ['b.go', 'go', `package p\nimport "syscall"\nfunc F() {\n${repeat(20_000, () => 'syscall.Kill(1, 9)\n')}}\n`],
];

test.each(files)('pauses in a large file do not change its findings: %s', async (path, language, text) => {
  expect(await comparedWithPauses(path, language, text)).toBeGreaterThan(path === 'd.py' ? 0 : 20);
});

test('work that was cut off at a pause leaves its parser usable', async () => {
  const [, , text] = files[0] ?? ['', '', ''];
  const source = { path: 'a.py', bytes: new TextEncoder().encode(text) };
  const expected = await scanSource(parsers, source);
  for (const turnsLeft of [5, 20, 60]) {
    let turns = 0;
    const cutOff = new Promise<void>((resolve) => {
      const turn = () => {
        turns += 1;
        if (turns < turnsLeft) return Promise.resolve();
        resolve();
        return new Promise<void>(() => {});
      };
      void scanSource({ ...parsers, forLargeFile: (work) => work(own, turn) }, source);
    });
    await cutOff;
    const again: Parsers = { ...parsers, forLargeFile: (work) => work(own, async () => {}) };
    expect(await scanSource(again, source)).toEqual(expected);
  }
});
