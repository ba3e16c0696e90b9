// Tests that a regression in a plugin's answers is found, and that what varies by itself is told apart from it.
import { describe, expect, test } from 'vitest';
import { compareAnswers, isComparable } from '../../src/answers/compare-answers.ts';
import type { CallAnswer } from '../../src/contract/builder/answers.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { releaseLimits } from '../../src/contract/limits/deployments.ts';
import { type AnswerDifference, releasePlanSchema } from '../../src/contract/releases.ts';
import { JsonText } from '../../src/core/json/text.ts';
import { fc } from '../support/property.ts';

const answered = (text: string): CallAnswer => ({ status: 'success', result: new JsonText(text), duration_ms: 1 });
const failed = (type: string, message = ''): CallAnswer => ({
  status: 'error',
  error: { type, message },
  duration_ms: 1,
});

interface Options {
  tolerance?: number;
  ignore?: string[];
}

function compareTexts(stable: string, other: string, { tolerance = 1e-6, ignore = [] }: Options = {}) {
  return compareAnswers(answered(stable), answered(other), { tolerance, ignore });
}

function compareValues(stable: unknown, other: unknown, options?: Options): AnswerDifference[] {
  return compareTexts(JSON.stringify(stable), JSON.stringify(other), options);
}

const paths = (differences: AnswerDifference[]) => differences.map(({ path }) => path);

/** The same numbers for a seed, from 0 to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function embedding(text: string): number[] {
  const random = randomNumbers([...text].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7));
  return Array.from({ length: 64 }, () => random() - 0.5);
}

const good = {
  label: 'positive',
  score: 0.8712345,
  margin: -0.25,
  tokens: 1_250_417,
  took_ms: 1250.5,
  note: 'checked by hand',
  published_at: '2026-03-01T10:00:00+01:00',
  keywords: ['harbor', 'ship', 'water'],
  entities: [
    { name: 'Ada', kind: 'person', start: 4 },
    { name: 'Oslo', kind: 'place', start: 19 },
  ],
  place: { city: 'Oslo', country: 'NO' },
  embedding: embedding('a ship'),
};
type Good = typeof good;

const { label: _label, ...withoutLabel } = good;
const { place: _place, ...withoutPlace } = good;

const regressions: [title: string, broken: (answer: Good) => unknown, ...AnswerDifference[]][] = [
  ['a field is removed', () => withoutLabel, { path: '$.label', what: 'missing' }],
  [
    'a field is renamed',
    () => ({ ...withoutLabel, Label: 'positive' }),
    { path: '$.Label', what: 'new' },
    { path: '$.label', what: 'missing' },
  ],
  ['a type changes', (a) => ({ ...a, score: String(a.score) }), { path: '$.score', what: 'number → string' }],
  [
    'a count is off by one',
    (a) => ({ ...a, tokens: a.tokens + 1 }),
    { path: '$.tokens', what: 'number changed by less than 0.1%' },
  ],
  ['decimals are lost', (a) => ({ ...a, score: 0.87 }), { path: '$.score', what: 'number smaller by 0.142%' }],
  [
    'a list is reordered',
    (a) => ({ ...a, keywords: a.keywords.toReversed() }),
    { path: '$.keywords[*]', what: 'text changed: 6 → 5 characters' },
  ],
  [
    'a list is cut off',
    (a) => ({ ...a, keywords: a.keywords.slice(0, 1) }),
    { path: '$.keywords', what: 'shorter by 2' },
  ],
  [
    'the embedding model changes',
    (a) => ({ ...a, embedding: embedding('another model') }),
    { path: '$.embedding', what: expect.stringMatching(/^direction changed: cosine -?0\.\d{3}$/) },
  ],
  ['a label flips', (a) => ({ ...a, label: 'negative' }), { path: '$.label', what: 'text changed: 8 characters' }],
  ['a number becomes null', (a) => ({ ...a, score: null }), { path: '$.score', what: 'number → null' }],
  [
    'a text is in other case',
    (a) => ({ ...a, entities: a.entities.map((one) => ({ ...one, name: one.name.toUpperCase() })) }),
    { path: '$.entities[*].name', what: 'text changed: 3 characters' },
  ],
  [
    'milliseconds become seconds',
    (a) => ({ ...a, took_ms: a.took_ms / 1000 }),
    { path: '$.took_ms', what: 'number smaller by 99.9%' },
  ],
  [
    'NaN in an embedding becomes null',
    (a) => ({ ...a, embedding: [Number.NaN, ...a.embedding.slice(1)] }),
    { path: '$.embedding[*]', what: 'number → null' },
  ],
  [
    'a nested object moves up',
    (a) => ({ ...withoutPlace, ...a.place }),
    { path: '$.city', what: 'new' },
    { path: '$.country', what: 'new' },
    { path: '$.place', what: 'missing' },
  ],
  [
    'an entry is there twice',
    (a) => ({ ...a, entities: [...a.entities, a.entities[0]] }),
    { path: '$.entities', what: 'longer by 1' },
  ],
  [
    'items have another key',
    (a) => ({ ...a, entities: a.entities.map((one) => ({ ...one, 'end at': 9 })) }),
    { path: '$.entities[*]["end at"]', what: 'new' },
  ],
  ['a sign is lost', (a) => ({ ...a, margin: -a.margin }), { path: '$.margin', what: 'sign of number changed' }],
  [
    'a time is in another zone',
    (a) => ({ ...a, published_at: '2026-03-01T10:00:00+00:00' }),
    { path: '$.published_at', what: 'text changed: 25 characters' },
  ],
  ['a text is empty', (a) => ({ ...a, note: '' }), { path: '$.note', what: 'text changed: 15 → 0 characters' }],
  [
    'an embedding is not normalized',
    (a) => ({ ...a, embedding: a.embedding.map((one) => one * 2) }),
    { path: '$.embedding', what: 'length of vector larger by 100%' },
  ],
];

test.each(regressions)('the difference is found when %s', (_title, broken, ...differences) => {
  expect(compareValues(good, broken(good))).toEqual(differences);
});

test('a label that flips in a share of answers is found in that share', () => {
  const random = randomNumbers(70);
  const flips = Array.from({ length: 400 }, () => random() < 0.03);
  const found = flips.map((flips) => paths(compareValues(good, flips ? { ...good, label: 'negative' } : good)));
  expect(found).toEqual(flips.map((flips) => (flips ? ['$.label'] : [])));
});

/** Answers of equal versions, which differ each time. */
const noisy: [title: string, answer: (random: () => number) => JsonObject, varying: string[]][] = [
  ['a time', (random) => ({ ...good, at: new Date(random() * 1e12).toISOString() }), ['$.at']],
  ['a random ID', (random) => ({ ...good, request: { id: random().toString(36) } }), ['$.request.id']],
  [
    'sums in another order',
    (random) => {
      const parts = [0.1, 1e10, 0.7, -1e10, 1e-3].sort(() => random() - 0.5);
      return { ...good, margin: good.margin + parts.reduce((sum, one) => sum + one * 1e-6, 0) };
    },
    [],
  ],
  [
    'a set as a list',
    (random) => ({ ...good, keywords: [...good.keywords].sort(() => random() - 0.5) }),
    ['$.keywords[*]'],
  ],
  [
    'a random score and embedding',
    (random) => ({ ...good, score: random(), embedding: good.embedding.map((one) => one + random() / 10) }),
    ['$.embedding', '$.score'],
  ],
];

describe.each(noisy)('a plugin with %s', (_title, answer, varying) => {
  test('the plugin differs from its next version only where its own answers differ', () => {
    const random = randomNumbers(7);
    const differing = () => {
      const pairs = Array.from({ length: 50 }, () => compareValues(answer(random), answer(random)));
      return [...new Set(pairs.flatMap(paths))].sort();
    };
    expect({ itself: differing(), next: differing() }).toEqual({ itself: varying, next: varying });
  });
});

test.each([
  ['0', '1e-12'],
  ['0', '-0'],
  ['1', '1.0'],
  ['0.3', '0.30000000000000004'],
  ['1e999', '1e999'],
  ['"\\u0041\\/"', '"A/"'],
  ['{"a":1,"b":2}', '{ "b": 2, "a": 1 }'],
  ['{"a":1,"a":2}', '{"a":2}'],
])('%s and %s are equal', (stable, other) => {
  expect(compareTexts(stable, other)).toEqual([]);
});

test.each([
  ['9007199254740993', '9007199254740992', 'number changed by less than 0.1%'],
  ['0', '0.5', 'number larger, from zero'],
  ['2.5', '100000.5', 'number larger by more than 1000%'],
  ['1e999', '2.5', 'number changed by less than 0.1%'],
  ['true', 'false', 'boolean changed'],
  ['{}', '[]', 'object → list'],
])('%s and %s differ', (stable, other, what) => {
  expect(compareTexts(stable, other)).toEqual([{ path: '$', what }]);
});

test('a value equals itself, in any order of its keys', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(compareValues(value, value, { tolerance: 0 })).toEqual([]);
      expect(compareTexts(JSON.stringify(value), JSON.stringify(reversed(value), null, 1))).toEqual([]);
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toReversed();
  return Object.fromEntries(members.map(([key, member]) => [key, reversed(member)]));
}

test('an embedding with half the precision is equal, and one that is slightly turned is not', () => {
  const half = good.embedding.map((one) => Math.round(one * 2048) / 2048);
  const turned = good.embedding.map((one, at) => (at === 0 ? one + 0.05 : one));
  expect(compareValues([good.embedding], [half])).toEqual([]);
  expect(paths(compareValues([good.embedding], [turned]))).toEqual(['$[*]']);
});

test.each(['$', '$.items', '$.items[*]', '$.items[*].id', '$.*', '$[*][*]["id"]', '$["items"][*].*'])(
  'a plan can ignore %s',
  (path) => {
    expect(releasePlanSchema.safeParse({ gates: { answer_diff: { ignore: [path] } } }).success).toBe(true);
    expect(compareValues({ items: [{ id: 1 }] }, { items: [{ id: 2 }] }, { ignore: [path] })).toEqual([]);
  },
);

test.each(['$.other', '$.id', '$.items.id', '$["*"]', '$.items[*].id.x'])('the path %s ignores only itself', (path) => {
  const found = compareValues({ items: [{ id: 1 }] }, { items: [{ id: 2 }] }, { ignore: [path] });
  expect(paths(found)).toEqual(['$.items[*].id']);
});

test('a differing path can be ignored as it is shown', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 10 }), { minLength: 1, maxLength: 4 }), (keys) => {
      const nested = (leaf: number) => keys.reduceRight<unknown>((below, key) => [[key, below]].map(objectOf)[0], leaf);
      const [path = ''] = paths(compareValues(nested(1), nested(2)));
      const plan = releasePlanSchema.parse({ gates: { answer_diff: { ignore: [path] } } });
      expect(compareValues(nested(1), nested(2), { ignore: plan.gates.answer_diff?.ignore ?? [] })).toEqual([]);
    }),
  );
});

function objectOf([key, value]: readonly unknown[]): unknown {
  return JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`);
}

test.each(['$.a b', '$..a', '$.items[0]', 'took_ms', '$["a]', '$["\\x"]', `$.${'a'.repeat(200)}`])(
  'a plan with the path %s is refused',
  (path) => {
    expect(releasePlanSchema.safeParse({ gates: { answer_diff: { ignore: [path] } } }).success).toBe(false);
  },
);

test('errors differ from answers, and from each other by their type', () => {
  const options = { tolerance: 0, ignore: [] };
  const answer = answered('{}');
  expect([
    compareAnswers(answer, failed('ValueError'), options),
    compareAnswers(failed('ValueError'), answer, options),
    compareAnswers(failed('ValueError'), failed('KeyError'), options),
    compareAnswers(failed('ValueError', 'at 1'), failed('ValueError', 'at 2'), options),
  ]).toEqual([
    [{ path: '$', what: 'answer → error' }],
    [{ path: '$', what: 'error → answer' }],
    [{ path: '$', what: 'type of error changed' }],
    [],
  ]);
});

test('differences hold no values and are limited in number and length', () => {
  const secret = 'kept-to-itself';
  const wide = (value: unknown) => Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`k${10 + at}`, value]));
  const found = compareValues(wide(secret), wide(`${secret}!`));
  expect(paths(found)).toEqual(Array.from({ length: releaseLimits.differencesMax }, (_, at) => `$.k${10 + at}`));
  expect(JSON.stringify(found)).not.toContain(secret);
  const long = compareValues({ ['k'.repeat(1000)]: 1 }, { ['k'.repeat(1000)]: 2 });
  expect(paths(long)[0]).toHaveLength(releaseLimits.pathCharsMax + 1);
});

test('an answer with too many characters or values is not compared', () => {
  const { comparedCharsMax, comparedValuesMax } = releaseLimits;
  const manyValues = JSON.stringify(Array(comparedValuesMax).fill('a,[{'));
  const manyChars = JSON.stringify('a'.repeat(comparedCharsMax));
  expect(
    [manyValues, manyChars, manyValues.replace('"a,[{",', '')].map((text) => isComparable(answered(text))),
  ).toEqual([false, false, true]);
  expect(compareTexts('[]', manyValues)).toEqual([{ path: '$', what: 'too large to compare' }]);
});
