// Mutations of src/manifest: identity, features and the structure of a plugin.
import type { Mutation } from './mutation.ts';

const identity = 'test/manifest/identity.test.ts';
const features = 'test/manifest/features.test.ts';
const structure = 'test/manifest/structure.test.ts';
const uri = 'test/manifest/feature-uri.test.ts';
const details = 'test/manifest/details.test.ts';
const dependencies = 'test/manifest/dependencies.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'manifest.py may name another plugin',
    file: 'src/manifest/fields/identity.ts',
    search: 'if (name && name.text !== expected.name) {',
    replace: 'if (name && name.text !== expected.name && name.text === ``) {',
    tests: [identity],
  },
  {
    name: 'manifest.py may declare another version',
    file: 'src/manifest/fields/identity.ts',
    search: '} else if (compareVersions(version, expected.version) !== 0) {',
    replace: '} else if (compareVersions(version, expected.version) > 1) {',
    tests: [identity],
  },
  {
    name: 'an embedding_dim of 0 is accepted',
    file: 'src/manifest/fields/features.ts',
    search: "value.kind === 'integer' && value.value > 0",
    replace: "value.kind === 'integer' && value.value >= 0",
    tests: [features],
  },
  {
    name: 'two features may have one name',
    file: 'src/manifest/fields/features.ts',
    search: 'reportDuplicates(read, value.items, label, report);',
    replace: '',
    tests: [features],
  },
  {
    name: '257 features are accepted',
    file: 'src/manifest/fields/features.ts',
    search: 'if (value.items.length > featuresMax ||',
    replace: 'if (value.items.length > featuresMax + 1 ||',
    tests: [features],
  },
  {
    name: 'a wrong key of a feature is accepted',
    file: 'src/manifest/fields/features.ts',
    search: "['dimensions', 'embedding_dim'],",
    replace: '',
    tests: [features],
  },
  {
    name: 'pipeline.py needs no entry point',
    file: 'src/manifest/structure.ts',
    search: "if (bound.has('build_steps') ||",
    replace: "if (bound.size > 0 || bound.has('build_steps') ||",
    tests: [structure],
  },
  {
    name: 'a feature_uri may name another plugin',
    file: 'src/manifest/fields/feature-uri.ts',
    search: 'if (!uri || uri.name !== expected.name) {',
    replace: 'if (!uri) {',
    tests: [uri],
  },
  {
    name: 'a field of the wrong kind is accepted',
    file: 'src/manifest/fields/details.ts',
    search: "return typeof json === 'string' ? json : undefined;",
    replace: 'return String(json);',
    tests: [details],
  },
  {
    name: 'two pins of one name are accepted',
    file: 'src/manifest/dependencies/dependencies.ts',
    search: 'if (isPin(one) && isPin(earlier))',
    replace: 'if (isPin(one) && !isPin(earlier))',
    tests: [dependencies],
  },
  {
    name: 'a requirement that is no name with versions is forgotten, so that no build step fails',
    file: 'src/manifest/dependencies/dependencies.ts',
    search: 'reading.requirements.push({ text: clipped(text, lengthMax),',
    replace: 'if (parseRequirement(text)) reading.requirements.push({ text: clipped(text, lengthMax),',
    tests: [dependencies],
  },
  {
    name: 'remote shells and tunnels are accepted',
    file: 'src/manifest/dependencies/check-dependencies.ts',
    search: '.filter(({ name }) => isDeniedDistribution(name))',
    replace: '.filter(({ name }) => !name)',
    tests: [dependencies],
  },
  {
    name: 'imports that may fail are reported as undeclared',
    file: 'src/manifest/python/module-imports.ts',
    search: 'if (isGuarded(statement) || ',
    replace: 'if (',
    tests: [dependencies],
  },
];
