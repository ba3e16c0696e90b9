// Rows of the scanner: Go sources and module files.
import { nodeParsers } from '../../../../src/cli/parsers.ts';
import { sourceFileBytesMax } from '../../../../src/contract/limits/archives.ts';
import { readModuleFile } from '../../../../src/scan/go/module-file.ts';
import { scanSource } from '../../../../src/scan/scan.ts';
import { numbered, type Rows } from '../../row.ts';

const parsers = nodeParsers();

export const rows: Rows = {
  'a Go file is scanned': {
    run: (text) => scanSource(parsers, { path: 'main.go', bytes: new TextEncoder().encode(text) }, { language: 'go' }),
    charsMax: sourceFileBytesMax,
    places: {
      file: (text) => text,
      declarations: (text) => `package main\n${text}\n`,
      statements: (text) => `package main\nimport "os"\nfunc f() {\n${text}\n}\n`,
      expression: (text) => `package main\nimport "os"\nvar x = os.${text}\n`,
      string: (text) => `package main\nvar x = "${text}"\n`,
      'raw string': (text) => `package main\nvar x = \`${text}\`\n`,
      comment: (text) => `package main\n// ${text}\n`,
      directive: (text) => `package main\n//go:${text}\nvar x int\n`,
      embed: (text) => `package main\n//go:embed ${text}\nvar x int\n`,
    },
    shapes: {
      'many variables': (chars) => numbered(chars, (at) => `var a${at} = a${at + 1}\n`),
      'many functions': (chars) => numbered(chars, (at) => `func f${at}() { f${at + 1}() }\n`),
      directives: (chars) => numbered(chars, () => '//go:nosplit\n'),
      'nested blocks': (chars) => `func g() {${'{'.repeat(chars / 2)}${'}'.repeat(chars / 2)}}\n`,
      'nested types': (chars) => `type T ${'[]'.repeat(chars / 2)}int\n`,
      'many members': (chars) => `var z = a${'.b'.repeat(chars / 2)}\n`,
      'many imports': (chars) => numbered(chars, (at) => `import a${at} "os"\n`),
    },
  },
  'a go.mod is read': {
    run: readModuleFile,
    charsMax: sourceFileBytesMax,
    places: { file: (text) => text, require: (text) => `module a\nrequire (\n${text}\n)\n` },
  },
};
