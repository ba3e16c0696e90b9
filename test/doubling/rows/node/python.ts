// Rows of the scanner: Python sources, alone and linked, and what is made of its findings.
import { nodeParsers } from '../../../../src/cli/parsers.ts';
import { sourceBytesMax, sourceFileBytesMax } from '../../../../src/contract/limits/archives.ts';
import { sarifLog } from '../../../../src/scan/sarif.ts';
import { scanSource } from '../../../../src/scan/scan.ts';
import { scanPlugin } from '../../../scan/support/scan-plugin.ts';
import { numbered, type Rows } from '../../row.ts';

const parsers = nodeParsers();
const encoder = new TextEncoder();
const source = (text: string, path = 'plugin.py') => ({ path, bytes: encoder.encode(text) });

/** Cuts a text into files of this many characters, named by their number. */
function filesOf(text: string, chars: number) {
  const count = Math.ceil(text.length / chars);
  return Array.from({ length: count }, (_, at) => source(text.slice(at * chars, (at + 1) * chars), `m${at}.py`));
}

const everyLine =
  (before: string, after = '') =>
  (text: string) =>
    text.replaceAll(/[^\n]+/g, (line) => `${before}${line}${after}`);

export const rows: Rows = {
  'a Python file is scanned': {
    run: (text) => scanSource(parsers, source(text), { level: 'strict' }),
    charsMax: sourceFileBytesMax,
    places: {
      code: (text) => text,
      name: (text) => `a${text} = 1\n`,
      argument: (text) => `import os\nx = getattr(os, ${text})\n`,
      string: (text) => `x = "${text}"\n`,
      'formatted string': (text) => `x = f"{${text}}"\n`,
      docstring: (text) => `def f():\n    """${text}"""\n`,
      comment: (text) => `# ${text}\nx = 1\n`,
      body: (text) => `def f():\n${everyLine('    ')(text)}\n`,
    },
    shapes: {
      'assignments of each other': (chars) => numbered(chars, (at) => `a${at + 1} = a${at}\n`),
      'calls of each other': (chars) => numbered(chars, (at) => `def f${at + 1}(x): return f${at}(x)\n`),
      'nested functions': (chars) => nestedBlocks(chars, 'def f(a):'),
      'nested classes': (chars) => nestedBlocks(chars, 'class A:'),
      'many parameters': (chars) => `def f(${numbered(chars, (at) => `a${at},`)}): pass\n`,
      'many attributes': (chars) => `x = a${'.b'.repeat(chars / 2)}\n`,
      'chained calls': (chars) => `x = a${'()'.repeat(chars / 2)}\n`,
      'chained comparisons': (chars) => `x = a${' < a'.repeat(chars / 4)}\n`,
      'nested lambdas': (chars) => `x = ${'lambda: '.repeat(chars / 8)}1\n`,
      'joined strings': (chars) => `import os\ngetattr(os, ${'"a"+'.repeat(chars / 4)}"b")\n`,
      'adjacent strings': (chars) => `x = ${'"a" '.repeat(chars / 4)}\n`,
      'continued lines': (chars) => `x = 1${'\\\n+1'.repeat(chars / 4)}\n`,
      'aliases of a module': (chars) =>
        `import os as a0\n${numbered(chars, (at) => `a${at + 1} = a${at}\n`)}a9.system("x")\n`,
      'star imports': (chars) => numbered(chars, (at) => `from m${at} import *\n`),
      'keyword arguments': (chars) => `f(${numbered(chars, (at) => `a${at}=1,`)})\n`,
      'match cases': (chars) => `match x:\n${numbered(chars, (at) => `    case {"a${at}": b}: pass\n`)}`,
      // 40 are nested at most: each value is looked for through those in it, so one expression costs the square of its nesting, which is
      // limited.
      'walrus operators': (chars) => numbered(chars, () => `${'(a := '.repeat(40)}1${')'.repeat(40)}, `),
      'global names': (chars) => `def f():\n    global ${numbered(chars, (at) => `a${at},`)}b\n`,
    },
  },
  "a plugin's files are linked": {
    run: (text) => scanPlugin(parsers, filesOf(text, 512), { level: 'strict' }),
    charsMax: Math.min(sourceBytesMax, 256 * 1024),
    shapes: {
      'files that import each other': (chars) =>
        files(chars, (at) => `from m${at + 1} import f as g\ndef f(x): return g(x)\n`),
      'files that import all names of the next': (chars) =>
        files(chars, (at) => `from m${at + 1} import *\na${at} = 1\n`),
      'files that import all names of the first': (chars) => files(chars, (at) => `from m0 import *\na${at} = 1\n`),
    },
  },
  'findings become SARIF': {
    run: (text) =>
      sarifLog(
        text.split('').map((name, at) => findingAt(name, at)),
        '1',
      ),
    charsMax: 10_000,
  },
};

function findingAt(name: string, line: number) {
  return {
    ruleId: 'SLP301' as const,
    severity: 'error' as const,
    category: 'banned-call' as const,
    file: 'plugin.py',
    line,
    column: 1,
    endLine: line,
    endColumn: 2,
    name,
    message: name,
  };
}

function nestedBlocks(chars: number, head: string): string {
  let text = '';
  for (let depth = 0; text.length < chars; depth = (depth + 1) % 90)
    text += `${' '.repeat(depth)}${head}\n${' '.repeat(depth + 1)}x = 1\n`;
  return text;
}

/** Fills each of the files with 512 characters. */
function files(chars: number, write: (at: number) => string): string {
  const count = Math.max(1, Math.floor(chars / 512));
  return Array.from({ length: count }, (_, at) => `${write(at).padEnd(511, '#')}\n`).join('');
}
