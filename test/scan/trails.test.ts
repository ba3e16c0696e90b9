// Tests that findings show where a name comes from: its bindings in the same file and in the plugin's other files.
import { describe, expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { trailMessage } from '../../src/contract/findings/trail.ts';
import { sarifLog } from '../../src/scan/sarif.ts';
import { sarifErrors } from './support/sarif-schema.ts';
import { scanPlugin } from './support/scan-plugin.ts';

const parsers = nodeParsers();

type Files = Record<string, string>;

async function scan(files: Files) {
  const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
  return await scanPlugin(parsers, sources, { level: 'strict' });
}

/** Returns the location of each finding, with its trail as a sentence. */
async function trailsIn(files: Files): Promise<string[]> {
  const findings = await scan(files);
  return findings.map((finding) => `${finding.file}:${finding.line} ${trailMessage(finding) ?? '-'}`);
}

const chain: Files = {
  'a.py': 'import os\nx = os',
  'b.py': 'from a import x as y',
  'c.py': 'from b import y as z\nw = z',
  'd.py': 'import c\nq = c.w',
  'boot.py': 'from d import q\nq.popen("id")',
};

describe('through other files', () => {
  test.each<[string, Files, string[]]>([
    [
      'an import in another file',
      { 'helpers.py': '\n\nfrom os import system as run', 'boot.py': 'from helpers import run\nrun("id")' },
      ['boot.py:1 `run` comes from helpers.py:3, which imports it from os', 'helpers.py:3 -'],
    ],
    [
      'an alias of a function',
      { 'helpers.py': 'import os as o\nrun = o.system', 'boot.py': 'from helpers import run as r\nr("id")' },
      [
        'boot.py:1 `run` comes from helpers.py:2, which takes it from helpers.py:1, which imports os',
        'helpers.py:2 `o` comes from helpers.py:1, which imports os',
      ],
    ],
    [
      'a star import',
      { 'helpers.py': 'import os as o', 'boot.py': 'from helpers import *\no.system("id")' },
      ['boot.py:2 `o` comes from helpers.py:1, which imports os'],
    ],
    [
      'a package',
      { 'pkg/__init__.py': 'import os', 'pkg/boot.py': 'from . import os as z\nz.system("id")' },
      ['pkg/boot.py:2 `z` comes from pkg/__init__.py:1, which imports os'],
    ],
    [
      'a chain of four files',
      chain,
      [
        'boot.py:2 `q` comes from d.py:2, which takes it from d.py:1, which takes it from c.py:2, which takes it from c.py:1, which takes it from b.py:1, which takes it from a.py:2, which takes it from a.py:1, which imports os',
      ],
    ],
    [
      'a chain of imports',
      {
        'a.py': 'import os as x',
        'b.py': 'from a import x as y',
        'c.py': '\nfrom b import *',
        'boot.py': 'import c\nm = c\nm.y.kill(1)',
      },
      [
        'boot.py:3 `m` comes from boot.py:2, which takes it from boot.py:1, which takes it from c.py:2, which takes it from b.py:1, which takes it from a.py:1, which imports os',
      ],
    ],
    [
      'a cycle',
      {
        'a.py': 'from b import o\nimport os as p',
        'b.py': 'from a import p as o',
        'boot.py': 'import a\na.o.system("id")',
      },
      ['boot.py:2 `a` comes from a.py:1, which takes it from b.py:1, which takes it from a.py:2, which imports os'],
    ],
  ])('a trail leads through other files: %s', async (_, files, expected) => {
    expect(await trailsIn(files)).toEqual(expected);
  });
});

describe('within a file', () => {
  test.each<[string, string[]]>([
    ['import os\nos.system(c)', ['2 -']],
    ['import os as o\no.system(c)', ['2 `o` comes from p.py:1, which imports os']],
    [
      'import os\na = os\nb = a\nb.system(c)',
      ['4 `b` comes from p.py:3, which takes it from p.py:2, which takes it from p.py:1, which imports os'],
    ],
    [
      'import os\ndef f(x):\n  x.system(c)\nf(os)',
      ['3 `x` comes from p.py:4, which takes it from p.py:1, which imports os'],
    ],
    ['import os\nfor x in [os]:\n  getattr(x, "fork")', ['3 `x` comes from p.py:2, where it refers to os.fork']],
    ['from requests.utils import os\nos.fork()', ['2 `os` comes from p.py:1, which imports it from requests.utils']],
    ['from yaml import load as read\nread(x)', ['1 -', '2 `read` comes from p.py:1, which imports it from yaml']],
    ['e = eval\ne(x)', ['1 -']],
    [
      'a = b\nb = a\nimport os as b\na.fork()',
      ['4 `a` comes from p.py:1, which takes it from p.py:3, which imports os'],
    ],
  ])('a trail within one file is shown: %j', async (text, expected) => {
    const trails = await trailsIn({ 'p.py': text });
    expect(trails).toEqual(expected.map((trail) => `p.py:${trail}`));
  });
});

test('a trail has at most twelve steps', async () => {
  const aliases = Array.from({ length: 40 }, (_, at) => `a${at + 1} = a${at}`);
  const findings = await scan({ 'p.py': ['import os as a0', ...aliases, 'a40.fork()'].join('\n') });
  expect(findings.map(({ name, trail }) => [name, trail?.length])).toEqual([['os.fork', 11]]);
});

test("SARIF has the trail as a code flow, from the name's first binding to the finding", async () => {
  const log = sarifLog(
    await scan({ 'helpers.py': 'import os as o', 'boot.py': 'from helpers import o\no.fork()' }),
    '1',
  );
  expect(sarifErrors(log)).toBeNull();
  const flow = log.runs[0].results[0]?.codeFlows?.[0]?.threadFlows[0]?.locations.map(({ location }) => [
    `${location.physicalLocation.artifactLocation.uri}:${location.physicalLocation.region.startLine}`,
    location.message.text,
  ]);
  expect(flow).toEqual([
    ['helpers.py:1', '`o` is the module os'],
    ['boot.py:1', '`o` is `o`, imported from helpers'],
    ['boot.py:2', 'Forbidden function: os.fork'],
  ]);
});
