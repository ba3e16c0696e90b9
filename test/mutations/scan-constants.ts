// Mutations of what src/scan knows of the values of constants in Python.
import type { Mutation } from './mutation.ts';

const bounds = 'test/scan/bounds.test.ts';
const constants = 'test/scan/constants.test.ts';
const dataflow = 'test/scan/dataflow.test.ts';
const limits = 'test/scan/limits.test.ts';
const lookups = 'test/scan/lookups.test.ts';
const selection = 'test/scan/selection.test.ts';
const values = 'test/scan/possible-values.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'the letter of a conversion in an f-string is a name',
    file: 'src/scan/syntax/format-strings.ts',
    search: 'lexer.tokens.add(Token.conversion, start, lexer.at);',
    replace:
      'lexer.tokens.add(Token.conversion, start, start + 1);\n  lexer.tokens.add(Token.name, start + 1, lexer.at);',
    tests: [selection],
  },
  {
    name: 'a field with an equals sign is shown without its source',
    file: 'src/scan/constants/format-strings.ts',
    search: 'label + formatted',
    replace: 'formatted',
    tests: [constants],
  },
  {
    name: 'a field with an equals sign and a specifier shows the representation',
    file: 'src/scan/constants/format-strings.ts',
    search: "(equals !== noNode && specifier === noNode ? 'r' : '')",
    replace: "(equals !== noNode ? 'r' : '')",
    tests: [constants],
  },
  {
    name: 'values of a name beyond a limit are dropped',
    file: 'src/scan/constants/constant-set.ts',
    search: 'this.complete = false;\n      return;',
    replace: 'return;',
    tests: [values],
  },
  {
    name: 'only the first 16 bindings of a name count',
    file: 'src/scan/constants/constants.ts',
    search: 'for (const { value } of bindings) this.addBinding(value, values);',
    replace: 'for (const { value } of bindings.slice(0, 16)) this.addBinding(value, values);',
    tests: [values],
  },
  {
    name: 'only the first 256 items of a loop count',
    file: 'src/scan/constants/constants.ts',
    search: "(value.kind === 'element' ? itemsOf(constant) : [constant]);",
    replace: "(value.kind === 'element' ? itemsOf(constant)?.slice(0, 256) : [constant]);",
    tests: [values],
  },
  {
    name: 'bindings next to a loop are not looked for',
    file: 'src/scan/constants/constants.ts',
    search: 'if (bindings.some(({ value }) => mayBeConstant(value))) this',
    replace: "if (bindings.some(({ value }) => value?.kind === 'expression')) this",
    tests: [values],
  },
  {
    name: 'a binding that is no constant counts as known',
    file: 'src/scan/constants/constants.ts',
    search: 'if (!mayBeConstant(value)) {\n      values.complete = false;',
    replace: 'if (!mayBeConstant(value)) {',
    tests: [values, lookups, dataflow, constants],
  },
  {
    name: 'a value that does not fold counts as known',
    file: 'src/scan/constants/constants.ts',
    search: 'if (!items) values.complete = false;\n      else for',
    replace: 'if (items) for',
    tests: [constants, lookups, values],
  },
  {
    name: 'lookups have no limit',
    file: 'src/scan/constants/constants.ts',
    search: 'return this.answers <= answersMax && this.budget > 0;',
    replace: 'return this.budget > 0;',
    tests: [limits],
  },
  {
    name: 'str.replace with a negative count replaces nothing',
    file: 'src/scan/constants/methods.ts',
    search: 'count === undefined || count.value < 0 ? all.length - 1',
    replace: 'count === undefined ? all.length - 1',
    tests: [constants],
  },
  {
    name: 'str.replace ignores its count',
    file: 'src/scan/constants/methods.ts',
    search: 'Math.min(count.value, all.length - 1)',
    replace: 'all.length - 1',
    tests: [constants],
  },
  {
    name: 'a spent budget for constants is no finding',
    file: 'src/scan/constants/constants.ts',
    search: 'this.answers <= answersMax && this.budget > 0',
    replace: 'this.answers <= answersMax',
    tests: [bounds],
  },
];
