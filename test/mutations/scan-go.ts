// Mutations of src/scan/go: imports, directives, members, go.mod and limits.
import type { Mutation } from './mutation.ts';

const imports = 'test/scan/go/imports.test.ts';
const members = 'test/scan/go/members.test.ts';
const directives = 'test/scan/go/directives.test.ts';
const modules = 'test/scan/go/module-file.test.ts';
const limits = 'test/scan/go/limits.test.ts';
const syntax = 'test/scan/go/syntax.test.ts';
const compiler = 'test/scan/go/compiler.test.ts';
const capabilities = 'test/scan/go/capabilities.test.ts';
const cases = 'test/scan/go/cases.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'os/exec may be imported',
    file: 'src/scan/go/policy.ts',
    search: "'syscall', 'os/exec', 'runtime/cgo'",
    replace: "'syscall', 'runtime/cgo'",
    tests: [imports],
  },
  {
    name: 'packages below debug may be imported',
    file: 'src/scan/go/policy.ts',
    search: "'runtime/cgo', 'debug/*'",
    replace: "'runtime/cgo', 'debug'",
    tests: [imports],
  },
  {
    name: 'os.StartProcess is allowed',
    file: 'src/scan/go/policy.ts',
    search: "names: ['StartProcess', 'FindProcess']",
    replace: "names: ['FindProcess']",
    tests: [members],
  },
  {
    name: 'net.ListenPacket is allowed',
    file: 'src/scan/go/policy.ts',
    search: "names: ['Listen*', ",
    replace: "names: ['Listen', ",
    tests: [members],
  },
  {
    name: 'go:linkname is allowed',
    file: 'src/scan/go/policy.ts',
    search: "'go:linkname', 'go:cgo_*'",
    replace: "'go:cgo_*'",
    tests: [directives],
  },
  {
    name: 'init is not reported',
    file: 'src/scan/go/policy.ts',
    search: "functions: readonly Row[] = [{ ruleId: 'SLP904', names: ['init'] }]",
    replace: 'functions: readonly Row[] = []',
    tests: [directives, imports, members, cases],
  },
  {
    name: 'a file outside of the module may be embedded',
    file: 'src/scan/go/directives.ts',
    search: "|| pattern.split(/[\\\\/]/).includes('..')",
    replace: '',
    tests: [directives],
  },
  {
    name: 'an absolute path may be embedded',
    file: 'src/scan/go/directives.ts',
    search: 'return /^(?:[\\\\/]|[A-Za-z]:)/.test(pattern) ||',
    replace: 'return',
    tests: [directives],
  },
  {
    name: 'the prefix all: hides a pattern',
    file: 'src/scan/go/directives.ts',
    search: ".replace(/^all:/, '')",
    replace: '',
    tests: [directives],
  },
  {
    name: 'a member after a dot import is allowed',
    file: 'src/scan/go/members.ts',
    search: "if (as === '.') dotted.push({ path, rule });\n    else named",
    replace: "if (as !== '.') named",
    tests: [members],
  },
  {
    name: 'an import under another name hides its members',
    file: 'src/scan/go/members.ts',
    search: "named.set(as ?? path.slice(path.lastIndexOf('/') + 1), { path, rule });",
    replace: "named.set(path.slice(path.lastIndexOf('/') + 1), { path, rule });",
    tests: [members],
  },
  {
    name: 'a local replacement in go.mod is allowed',
    file: 'src/scan/go/module-file.ts',
    search: 'if (arrow < 0 || !first || !last) return;',
    replace: 'return;',
    tests: [modules],
  },
  {
    name: 'a Windows path in go.mod is not a local path',
    file: 'src/scan/go/module-file.ts',
    search: '[\\\\/]|[A-Za-z]:)/.test(target)',
    replace: '[\\\\/])/.test(target)',
    tests: [modules],
  },
  {
    name: 'a toolchain in go.mod is allowed',
    file: 'src/scan/go/module-file.ts',
    search: "else if (verb?.text === 'toolchain') {",
    replace: "else if (verb?.text === 'toolchains') {",
    tests: [modules],
  },
  {
    name: 'replacements in a block are not read',
    file: 'src/scan/go/module-file.ts',
    search: 'else yield [verb, ...line];',
    replace: '',
    tests: [modules],
  },
  {
    name: 'any depth of brackets is accepted',
    file: 'src/scan/go/nesting.ts',
    search: 'this.open.length === limits.bracketLevels',
    replace: 'this.open.length > 1e6',
    tests: [limits],
  },
  {
    name: 'a deep chain of operators is accepted',
    file: 'src/scan/go/nesting.ts',
    search: 'this.outer + this.depth > limits.treeDepth',
    replace: 'this.outer + this.depth > 1e9',
    tests: [limits],
  },
  {
    name: 'imports after the first declaration are read',
    file: 'src/scan/go/declarations.ts',
    search: 'importsEnded = true;',
    replace: '',
    tests: [syntax, imports, compiler],
  },
  {
    name: 'only the first import of a group is read',
    file: 'src/scan/go/declarations.ts',
    search: 'if (!isGroup) break;',
    replace: 'break;',
    tests: [imports, syntax],
  },
  {
    name: 'a Git submodule is allowed',
    file: 'src/scan/go/scan-go.ts',
    search:
      "report.add('SLP903', { start, end: match.index + match[0].length }, 'submodule', { detail: 'a Git submodule' });",
    replace: '',
    tests: [modules, cases],
  },
  {
    name: 'a module may start programs',
    file: 'src/scan/go/capabilities.ts',
    search: "['ARBITRARY_EXECUTION', 'CGO', 'EXEC']",
    replace: "['ARBITRARY_EXECUTION', 'CGO']",
    tests: [capabilities],
  },
  {
    name: 'a failed analysis has no finding',
    file: 'src/scan/go/capabilities.ts',
    search: 'if (failure !== undefined) {',
    replace: "if (failure === '') {",
    tests: [capabilities],
  },
];
