// Mutations of src/scan for Python: names, lookups, data flow, syntax and limits.
import type { Mutation } from './mutation.ts';

const builtins = 'test/scan/builtins.test.ts';
const bounds = 'test/scan/bounds.test.ts';
const dataflow = 'test/scan/dataflow.test.ts';
const functions = 'test/scan/functions.test.ts';
const imports = 'test/scan/imports.test.ts';
const limits = 'test/scan/limits.test.ts';
const linking = 'test/scan/linking.test.ts';
const lookups = 'test/scan/lookups.test.ts';
const selection = 'test/scan/selection.test.ts';
const shadowing = 'test/scan/shadowing.test.ts';
const source = 'test/scan/source.test.ts';
const strict = 'test/scan/strict.test.ts';
const syntax = 'test/scan/syntax.test.ts';
const trails = 'test/scan/trails.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'sys.modules.pop is not a lookup',
    file: 'src/scan/rules/lookups.ts',
    search: '/^sys\\.modules\\.(?:get|pop|__getitem__)$/',
    replace: '/^sys\\.modules\\.get$/',
    tests: [dataflow],
  },
  {
    name: 'a lookup by an unknown name is clean',
    file: 'src/scan/rules/lookups.ts',
    search: 'if (names.complete || !policy.governs(module)) continue;',
    replace: 'continue;',
    tests: [lookups],
  },
  {
    name: 'getattr with a dunder is clean',
    file: 'src/scan/rules/lookups.ts',
    search: 'for (const entry of policy.attributes.get(name.value) ?? [])',
    replace: "for (const entry of policy.attributes.get('') ?? [])",
    tests: [lookups],
  },
  {
    name: '__dict__.get is not a lookup',
    file: 'src/scan/rules/lookups.ts',
    search: "} else if (attribute === 'get') {",
    replace: "} else if (attribute === 'got') {",
    tests: [lookups],
  },
  {
    name: 'a module passed to a parenthesized function is lost',
    file: 'src/scan/flows/demand-tracker.ts',
    search: 'case Kind.parenthesizedExpression:\n        this.trace(callee);\n        break;',
    replace: 'case Kind.parenthesizedExpression:\n        break;',
    tests: [dataflow],
  },
  {
    name: 'a module returned by a called expression is lost',
    file: 'src/scan/flows/demand-tracker.ts',
    search: 'default:\n        selector.demandAll();',
    replace: 'default:',
    tests: [dataflow, selection],
  },
  {
    name: 'a positional pattern may follow a keyword pattern',
    file: 'src/scan/syntax/patterns.ts',
    search: '} else if (keywords) {',
    replace: '} else if (keywords && reader.kind === Token.end) {',
    tests: [syntax],
  },
  {
    name: 'an augmented assignment to os.system is clean',
    file: 'src/scan/rules/members.ts',
    search: 'const use = names.useOf(attribute);\n    if (use !== Use.load && use !== Use.augmented) return;',
    replace: 'const use = names.useOf(attribute);\n    if (use !== Use.load) return;',
    tests: [functions, builtins],
  },
  {
    name: 'a star import from a governed module is clean',
    file: 'src/scan/rules/imports.ts',
    search: 'if (kind === Kind.wildcardImport && policy.governed.has(module))',
    replace: 'if (kind === Kind.wildcardImport && policy.governed.has(``))',
    tests: [imports],
  },
  {
    name: 'a relative import counts as absolute',
    file: 'src/scan/rules/imports.ts',
    search: 'if (tree.kind(source) !== Kind.dottedName) return;',
    replace: '',
    tests: [imports],
    equivalent: 'a relative import yields an empty module name, which no table has',
  },
  {
    name: 'a forbidden member imported by name is clean',
    file: 'src/scan/rules/imports.ts',
    search: 'reportMember(context, part, policy.member(module, member));',
    replace: '',
    tests: [imports, functions],
  },
  {
    name: 'a conditional binding shadows a builtin',
    file: 'src/scan/names/scopes.ts',
    search:
      'if (unbound) return false;\n  const binding = lastAtOrBefore(boundFrom, offset);\n  return binding !== undefined &&',
    replace:
      'if (unbound) return false;\n  const binding = lastAtOrBefore(boundFrom, offset) ?? (scope.kind === `module` ? 0 : undefined);\n  return binding !== undefined &&',
    tests: [shadowing],
  },
  {
    name: 'a name that is deleted still shadows',
    file: 'src/scan/names/scopes.ts',
    search: 'if (unbound) return false;',
    replace: '',
    tests: [shadowing],
  },
  {
    name: 'a star import does not end the shadowing',
    file: 'src/scan/names/scopes.ts',
    search: 'binding >= (lastAtOrBefore(scope.starImports, offset) ?? 0)',
    replace: 'binding >= 0',
    tests: [shadowing],
  },
  {
    name: 'methods see the names of their class',
    file: 'src/scan/names/scopes.ts',
    search: "while (outer?.kind === 'class' && !(at === start && at.kind === 'annotation')) outer = outer.parent;",
    replace: '',
    tests: [shadowing],
  },
  {
    name: 'popen2 may be imported',
    file: 'src/scan/policy/seed-policy.ts',
    search: "        'popen2',\n",
    replace: '',
    tests: [imports],
  },
  {
    name: 'os.killpg is allowed',
    file: 'src/scan/policy/seed-policy.ts',
    search: "'kill', 'killpg', 'spawn*'",
    replace: "'kill', 'spawn*'",
    tests: [functions],
  },
  {
    name: 'marshal.loads is allowed',
    file: 'src/scan/policy/seed-policy.ts',
    search: "{ ruleId: 'SLP401', module: 'marshal', names: pickleLoaders },",
    replace: '',
    tests: [functions],
  },
  {
    name: 'delattr is allowed',
    file: 'src/scan/policy/seed-policy.ts',
    search: "'setattr', 'delattr'",
    replace: "'setattr'",
    tests: [builtins],
  },
  {
    name: '__globals__ is not a dunder',
    file: 'src/scan/policy/seed-policy.ts',
    search: ", '__globals__'],",
    replace: '],',
    tests: [lookups],
  },
  {
    name: 'any encoding may be declared',
    file: 'src/scan/source.ts',
    search: 'if (!isAscii && !utf8Codecs.has(name)) return rejected(declaration.codec, declaration);',
    replace: '',
    tests: [source],
  },
  {
    name: 'an encoding on the second line is not seen',
    file: 'src/scan/source.ts',
    search: 'line <= 2; line += 1',
    replace: 'line <= 1; line += 1',
    tests: [source],
  },
  {
    name: 'a NUL byte is accepted',
    file: 'src/scan/source.ts',
    search: 'return nul < 0 ? undefined :',
    replace: 'return nul >= -1 ? undefined :',
    tests: [source],
  },
  {
    name: 'a lone CR does not end a line',
    file: 'src/scan/source.ts',
    search: "text.replace(/\\r\\n?/g, '\\n')",
    replace: "text.replace(/\\r\\n/g, '\\n')",
    tests: [source],
  },
  {
    name: 'findings beyond 10,000 are dropped silently',
    file: 'src/scan/report.ts',
    search: 'this.overflowed = true;',
    replace: '',
    tests: [limits],
  },
  {
    name: 'SLP151 stays a warning next to SLP150',
    file: 'src/scan/report.ts',
    search: "finding.severity = 'error';",
    replace: "finding.severity = 'warning';",
    tests: [strict],
  },
  {
    name: 'the strict level does not look at strings',
    file: 'src/scan/scan-python.ts',
    search: 'checkStrings(text, lexed.tokens, report);',
    replace: '',
    tests: [strict],
  },
  {
    name: 'files with too many values are clean',
    file: 'src/scan/scan-python.ts',
    search: "if (!constants.isComplete) report.add('SLP603', { start: 0, end: 0 }, '', tooManyValues);",
    replace: '',
    tests: [limits],
  },
  {
    name: 'yaml.load with any loader is clean',
    file: 'src/scan/rules/conditional-calls.ts',
    search: '!proofs.isAlways(loader, /^yaml\\.(?:\\w+\\.)?C?SafeLoader$/)',
    replace: 'false',
    tests: [strict],
  },
  {
    name: 'values beyond the limit of a name are dropped',
    file: 'src/scan/flows/flow-graph.ts',
    search: 'this.hasRoom(at, next.value) ? next.value : cutOff',
    replace: "this.hasRoom(at, next.value) ? next.value : ''",
    tests: [bounds],
  },
  {
    name: 'star imports of other files bind nothing',
    file: 'src/scan/names/import-forms.ts',
    search: 'for (const name of names.starNames(module)) {',
    replace: 'for (const name of names.starNames(module).slice(0, 0)) {',
    tests: [linking],
  },
  {
    name: 'files that import a changed file are not looked at again',
    file: 'src/scan/linking/plugin-links.ts',
    search: 'for (const other of dependents(path)) pending.add(other);',
    replace: '',
    tests: [linking],
  },
  {
    name: 'a cached analysis holds whatever other files say',
    file: 'src/scan-host/scan-sources.ts',
    search: 'known && (await stillHolds(known, file))',
    replace: 'known',
    tests: ['test/scan-host/file-findings.test.ts'],
  },
  {
    name: 'a zip at the end of a file goes unnoticed',
    file: 'src/archive/zip/hidden-zip.ts',
    search: 'return isArchive ? [] : [',
    replace: 'return isArchive || size > 0 ? [] : [',
    tests: ['test/archive/hidden-zip.test.ts'],
  },
  {
    name: 'one safe binding makes a loader safe',
    file: 'src/scan/flows/provable.ts',
    search: 'bindings.every(holds)',
    replace: 'bindings.some(holds)',
    tests: [strict],
  },
  {
    name: 'trails end at the first alias',
    file: 'src/scan/flows/trails.ts',
    search: "if (origin.kind !== 'name') return { trail: [] };",
    replace: 'return { trail: [] };',
    tests: [trails],
  },
  {
    name: 'trails end at the first other file',
    file: 'src/scan/linking/linker.ts',
    search: 'while (path && trail.length < trailMax) {',
    replace: 'while (false) {',
    tests: [trails],
  },
  {
    name: 'a trail has no bound',
    file: 'src/scan/flows/trails.ts',
    search: 'search.seen.size >= trailMax || ',
    replace: '',
    tests: [trails],
  },
  {
    name: 'trails go around in circles',
    file: 'src/scan/flows/trails.ts',
    search: 'variables.filter((variable) => !search.seen.has(variable))',
    replace: 'variables.slice(0, 3)',
    tests: [trails],
  },
  {
    name: 'classes of other files have no names',
    file: 'src/scan/linking/linker.ts',
    search: 'this.followClass(place, add);',
    replace: '',
    tests: [linking],
  },
  {
    name: 'instances of classes of other files have no names',
    file: 'src/scan/flows/flows.ts',
    search: "return step.kind === 'call' ? [name] : [];",
    replace: 'return [];',
    tests: [linking],
  },
  {
    name: 'definitions of __reduce__ go unnoticed',
    file: 'src/scan/rules/dunders.ts',
    search: "names.scopeOf(identifier).kind !== 'class'",
    replace: "names.scopeOf(identifier).kind === 'class'",
    tests: [strict],
  },
];
