// Tests a module checksum against Go's own, and which of a repository's files belong to a module.
import { expect, test } from 'vitest';
import { moduleSum, namesInModule, readSums } from '../../../src/instances/builds/private-modules.ts';

const bytes = (text: string) => new Uint8Array(new TextEncoder().encode(text));

test("a module's checksum equals what `go mod download` reports", async () => {
  const files = {
    'go.mod': 'module example.com/lib\n\ngo 1.24\n',
    'lib.go': 'package lib\n',
    LICENSE: 'free\n',
    'sub/sub.go': 'package sub\n',
    'lib_test.go': 'package lib\n',
    'vendor/modules.txt': '# none\n',
    'sub-2/a.go': 'package a\n',
    'Zeta.go': 'package lib\n',
  };
  const contents = new Map(Object.entries(files).map(([name, text]) => [name, bytes(text)]));
  const sum = 'h1:5iFhcl3VmFbHW9+OAFSLdmOWvFDEguxhBi9x3TsIL+Q=';
  expect(await moduleSum('example.com/lib', 'v1.2.3', contents)).toBe(sum);
  contents.set('lib.go', bytes('package other\n'));
  expect(await moduleSum('example.com/lib', 'v1.2.3', contents)).not.toBe(sum);
});

const paths = [
  ...['LICENSE', 'go.mod', 'a.go', 'vendor/modules.txt', 'vendor/x/x.go', 'x/vendor/y/y.go'],
  ...['sub/go.mod', 'sub/b.go', 'sub/inner/go.mod', 'sub/inner/c.go', 'submarine/d.go'],
];

test.each([
  ['', ['LICENSE', 'a.go', 'go.mod', 'submarine/d.go', 'vendor/modules.txt']],
  ['sub', ['LICENSE', 'b.go', 'go.mod']],
])('a module in the folder %j has its files, without nested modules or vendored packages', (folder, names) => {
  const found = namesInModule(paths, folder);
  expect([...found.keys()].sort()).toEqual(names);
  expect(found.get('LICENSE')).toBe('LICENSE');
});

test('a go.sum is read by module and version', () => {
  const sums = readSums('example.com/a v1.0.0 h1:A=\nexample.com/a v1.0.0/go.mod h1:B=\n\nbroken line\n');
  expect([...sums]).toEqual([
    ['example.com/a v1.0.0', 'h1:A='],
    ['example.com/a v1.0.0/go.mod', 'h1:B='],
  ]);
});
