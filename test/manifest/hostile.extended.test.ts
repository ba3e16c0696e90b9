// Tests reading malicious manifests. The result is findings or nothing, never an exception, and it never exceeds the manifest size
// limit.
import { describe, expect, test } from 'vitest';
import { manifestSchema } from '../../src/contract/plugin/manifest.ts';
import { identity, manifestWith, messages, pipeline, places, pluginOf, read } from './plugin.ts';

const repeat = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

describe('the result size is bounded', () => {
  test.each([
    ['lists 50,000 deep', `tier = ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['dicts 20,000 deep', `compute_profile = ${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['parentheses 50,000 deep', `tier = ${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['calls 20,000 deep', `tier = ${'f('.repeat(20_000)}${')'.repeat(20_000)}`],
    ['subscripts 20,000 deep', `tier = a${'[0]'.repeat(20_000)}`],
    ['targets 20,000 deep', `${'('.repeat(20_000)}tier${')'.repeat(20_000)} = 1`],
    [
      'annotations 20,000 deep',
      `class A(BaseModel):\n x: ${'List['.repeat(20_000)}int${']'.repeat(20_000)}\noutput_schema = A`,
    ],
    ['a string doubled 5,000 times', `a = "x"\n${'a = a + a\n'.repeat(5000)}description = a`],
    ['a list doubled 5,000 times', `a = [1]\n${'a = [a, a]\n'.repeat(5000)}compute_profile = {"a": a}`],
    ['a dict that contains itself', 'compute_profile = {}\ncompute_profile["a"] = compute_profile'],
    [
      '2,000 classes that inherit in a chain',
      `class C0(BaseModel):\n x: int\n${repeat(2000, (at) => `class C${at + 1}(C${at}):\n x${at}: int\n`)}output_schema = C2000`,
    ],
    [
      '2,000 classes that refer twice',
      `class C0(BaseModel):\n x: int\n${repeat(2000, (at) => `class C${at + 1}(BaseModel):\n a: C${at}\n b: C${at}\n`)}output_schema = C2000`,
    ],
    [
      'a large default many times',
      `B = "${'x'.repeat(60_000)}"\nclass C(BaseModel):\n${repeat(150, (at) => ` x${at}: str = B\n`)}output_schema = C`,
    ],
    ['a class that refers to itself', 'class C(BaseModel):\n a: C\noutput_schema = C'],
    ['names of Object.prototype', 'constructor = 1\ncompute_profile = {"__proto__": {"a": 1}, "constructor": 2}'],
  ])('the result size is bounded: %s', async (_, lines) => {
    const { manifest, problems } = await read(manifestWith(lines));
    expect(problems).toEqual([]);
    expect(manifestSchema.safeParse(manifest).success).toBe(true);
    expect(JSON.stringify(manifest).length).toBeLessThan(140_000);
  });

  test('a key named __proto__ is preserved', async () => {
    const { manifest } = await read(manifestWith('compute_profile = {"__proto__": {"a": 1}}'));
    expect(JSON.stringify(manifest?.compute_profile)).toBe('{"__proto__":{"a":1}}');
  });
});

test('a sum of 20,000 strings is read', async () => {
  const { manifest } = await read(manifestWith(`description = ${'"a" + '.repeat(20_000)}"b"`));
  expect(manifest?.description).toBe(`${'a'.repeat(20_000)}b`);
});

test('a manifest.py over 256 KiB is an error', async () => {
  const { manifest, problems } = await read(
    pluginOf({ 'manifest.py': `${identity}#${'x'.repeat(256 * 1024)}`, 'pipeline.py': pipeline }),
  );
  expect(manifest).toBeNull();
  expect(messages(problems)).toEqual([
    'manifest.py is larger than 256 KiB. Move everything that does not describe the plugin to other files.',
  ]);
});

test('no more than 100 problems and 100 warnings are reported', async () => {
  const reading = await read(
    pluginOf({
      'manifest.py': `${identity}features = [${'{},'.repeat(200)}]`,
      'pipeline.py': `${pipeline}${'for r in b.iterrows(): pass\n'.repeat(500)}`,
    }),
  );
  expect([reading.problems.length, reading.warnings.length]).toEqual([100, 100]);
});

test('a name of 50,000 letters does not make messages long', async () => {
  const long = 'x'.repeat(50_000);
  const { problems, warnings } = await read(
    pluginOf({
      'manifest.py': `feature_extractor_name = "${long}"\nversion = ${long}\nfeature_uri = "${long}"\ntier = ${long}`,
      'pipeline.py': `def ${long}(): pass\nfrom .${long} import y`,
      'realtime.py': `class ${long}InferenceService: pass`,
    }),
  );
  expect(problems.map(({ ruleId }) => ruleId)).toEqual(['SLM101', 'SLM101', 'SLM103', 'SLM201', 'SLM301']);
  expect(warnings.map(({ ruleId }) => ruleId)).toEqual(['SLM402', 'SLM411']);
  expect(Math.max(...[...problems, ...warnings].map(({ message, name }) => message.length + name.length))).toBeLessThan(
    810,
  );
});

describe('other malicious files', () => {
  test.each([
    ['brackets 50,000 deep', { 'pipeline.py': `${pipeline}x = ${'['.repeat(50_000)}${']'.repeat(50_000)}` }],
    [
      '5,000 statements in try',
      { 'pipeline.py': `${pipeline}${'try:\n from . import a\nexcept A: pass\n'.repeat(5000)}` },
    ],
    ['elif 5,000 times', { 'pipeline.py': `${pipeline}if a: b = 1\n${'elif a: b = 1\n'.repeat(5000)}` }],
    ['a binary file', { 'requirements.txt': '\u0000'.repeat(100) }],
    ['a long line of spaces', { 'requirements.txt': `a${' '.repeat(200_000)}#` }],
    ['a folder 500 deep', { [`${'a/'.repeat(500)}b.py`]: '' }],
  ])('a malicious file is read without findings: %s', async (_, texts) => {
    const { problems, warnings } = await read(manifestWith('', texts));
    expect([problems, warnings]).toEqual([[], []]);
  });

  test('a chain of 4,000 classes that inherit from each other is read', async () => {
    const classes = repeat(4000, (at) => `class A${at}InferenceService(A${at + 1}InferenceService): pass\n`);
    const { problems } = await read(
      manifestWith('', { 'realtime.py': `${classes}class A4000InferenceService: pass\n` }),
    );
    expect(places(problems)).toEqual(['SLM301 realtime.py:1:7 A0InferenceService']);
  });
});
