// Tests SLP901 and SLP904 for a Go file's imports (scan policy §8a), in every notation.
import { describe, expect, test } from 'vitest';
import { goFindings } from '../support/go.ts';

const forbidden = [
  'C',
  'plugin',
  'unsafe',
  'syscall',
  'os/exec',
  'runtime/cgo',
  'debug/elf',
  'debug/gosym',
  'debug/pe',
];
const cautioned = ['golang.org/x/sys/unix', 'golang.org/x/sys/windows/registry'];

test.each([...forbidden.map((path) => ['SLP901', path]), ...cautioned.map((path) => ['SLP904', path])])(
  'the rule %s finds an import of %s, under any name',
  async (rule, path) => {
    const forms = ['', 'x ', '_ ', '. ', 'naïve '].map((name) => `import ${name}"${path}"`);
    const found = await goFindings(`package p\n${forms.join('\n')}\n`);
    expect(found).toEqual(forms.map((form, at) => `${at + 2}:${form.indexOf('"') + 1} ${rule} ${path}`));
  },
);

describe('an import is reported', () => {
  test.each([
    ['in a group', 'import (\n"fmt"\nx "os/exec"\n)', '3:3'],
    ['in a group on one line', 'import ("fmt";"os/exec")', '1:15'],
    ['in a second group', 'import ()\nimport ("fmt")\nimport ("os/exec")', '3:9'],
    ['after another on the same line', 'import "fmt"; import "os/exec"', '1:22'],
    ['without blanks', 'import"os/exec"', '1:7'],
    ['in a raw string', 'import `os/exec`', '1:8'],
    ['in a raw string with an ignored CR', 'import `os/\rexec`', '1:8'],
    ['with escapes', 'import "\\x6fs\\057\\u0065x\\U00000065c"', '1:8'],
    ['with comments between', 'import /* a */ x /* b */ "os/exec" // c', '1:26'],
    ['with a comment that ends a line', 'import "fmt" /*\n*/ import "os/exec"', '2:11'],
    ['with line breaks between', 'import\n\n\nx\n'.replace('x\n', '"os/exec"'), '4:1'],
    ['after a lone CR', 'import\r"os/exec"', '2:1'],
    ['twice', 'import "os/exec"\nimport x "os/exec"', '1:8', '2:10'],
  ])('an import is reported: %s', async (_, text, ...places) => {
    // The package clause has its own line, so columns match the text.
    const found = await goFindings(`package p;\n${text}\n`);
    const lines = places.map((place) => place.replace(/^\d+/, (line) => String(Number(line) + 1)));
    expect(found).toEqual(lines.map((place) => `${place} SLP901 os/exec`));
  });
});

test.each([
  ...['fmt', 'os', 'os/execs', 'exec', 'net', 'runtime', 'runtime/debug', 'go/build', 'internal/plugin', 'c'],
  ...['example.com/os/exec', 'example.com/unsafe', 'golang.org/x/systems/unix', 'golang.org/x/net/debug/elf', 'debug'],
])('%s is allowed', async (path) => {
  expect(await goFindings(`package p\nimport "${path}"\n`)).toEqual([]);
});

test.each([
  ['a line comment', '// import "os/exec"'],
  ['a line comment with a lone CR', '// x\rimport "os/exec"'],
  ['a general comment', '/* \nimport "os/exec"\n*/'],
  ['a string', 'const text = "import \\"os/exec\\""'],
  ['a raw string', 'const text = `\nimport "os/exec"\n`'],
])('%s imports nothing', async (_, text) => {
  expect(await goFindings(`package p\n${text}\n`)).toEqual([]);
});
