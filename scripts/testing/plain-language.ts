// Finds words that this project doesn't use, in prose and in identifiers (`toldX`, `wishOf`), and suggests plain or American ones.

/** Matches the start of a docstring in TypeScript or Python, or of the comment on the first line of a file. */
const docstring = /\/\*\*[\s*]*|"""|^(?:#!.*\n)?(?:\/\/|#) /g;

/** First words of a sentence whose subject is only in the code below it, or nowhere. */
const firstWord = /(?:Of|Which|Whose|Who|What|That|Those|By|With|From|Between)\b/y;

/** Returns one line for each docstring that starts with such a word. */
export function docstringProblems(path: string, text: string): string[] {
  return [...text.matchAll(docstring)].flatMap((match) => {
    firstWord.lastIndex = match.index + match[0].length;
    const word = firstWord.exec(text)?.[0];
    const line = text.slice(0, match.index).split('\n').length;
    return word === undefined
      ? []
      : [`${path}:${line}: a docstring begins with "${word}": begin with a verb or a noun`];
  });
}

interface Discouraged {
  /** All forms of the word. */
  forms: readonly string[];
  alternative: string;
}

const discouraged: readonly Discouraged[] = [
  { forms: ['anew'], alternative: 'again, new' },
  { forms: ['mend', 'mends', 'mended', 'mending'], alternative: 'fix, normalize' },
  { forms: ['bury', 'buries', 'buried', 'burying'], alternative: 'record, store, hide' },
  { forms: ['wish', 'wishes', 'wished', 'wishing'], alternative: 'request' },
  { forms: ['told'], alternative: 'reported, sent, shown' },
  { forms: ['besides'], alternative: 'also, in addition to' },
  { forms: ['whoever'], alternative: 'name the role: the caller, the owner, the lease holder' },
  { forms: ['somebody'], alternative: 'name the role: the user, another worker' },
  american(['behaviour', 'behaviours'], 'behavior'),
  american(['catalogue', 'catalogues', 'catalogued'], 'catalog'),
  american(['centre', 'centres', 'centred'], 'center'),
  american(['colour', 'colours', 'coloured', 'colouring'], 'color'),
  american(['favour', 'favours', 'favoured'], 'favor'),
  american(['grey'], 'gray'),
  american(['honour', 'honours', 'honoured'], 'honor'),
  american(['licence', 'licences'], 'license'),
  american(['neighbour', 'neighbours', 'neighbouring'], 'neighbor'),
  american(['normalise', 'normalises', 'normalised'], 'normalize'),
  american(['organise', 'organises', 'organised', 'organisation'], 'organize'),
  american(['recognise', 'recognises', 'recognised', 'recogniser'], 'recognize'),
  american(['signalled', 'signalling'], 'signaled'),
  american(['towards'], 'toward'),
];

function american(forms: readonly string[], alternative: string): Discouraged {
  return { forms, alternative: `${alternative}: the project writes American English` };
}

const alternatives = new Map(discouraged.flatMap(({ alternative, forms }) => forms.map((form) => [form, alternative])));

const phrases: readonly [pattern: RegExp, phrase: string, alternative: string][] = [
  [/\ball[\s/*#]+the[\s/*#]+same\b/gi, 'all the same', 'nevertheless, still'],
];

/** Text that may contain a discouraged word. */
const allowed: readonly { text: string; reason: string }[] = [
  { text: 'expiry_told_at', reason: 'a database column' },
  { text: 'told apart', reason: 'standard English' },
];

/** A word in prose, or one part of a camelCase, PascalCase, snake_case or CONSTANT_CASE identifier. */
const part = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g;

/** Returns one line per discouraged word: its location, the word and the replacement. */
export function plainLanguageProblems(path: string, text: string): string[] {
  const checked = allowed.reduce((rest, { text }) => rest.replaceAll(text, ' '.repeat(text.length)), text);
  const found = [...words(checked), ...idioms(checked)].sort((a, b) => a.at - b.at);
  return found.map(({ alternative, at, word }) => `${path}:${lineOf(text, at)}: "${word}": write ${alternative}`);
}

interface Found {
  at: number;
  word: string;
  alternative: string;
}

function words(text: string): Found[] {
  return [...text.matchAll(part)].flatMap(({ 0: word, index: at }) => {
    const alternative = alternatives.get(word.toLowerCase());
    return alternative === undefined ? [] : [{ at, word, alternative }];
  });
}

function idioms(text: string): Found[] {
  return phrases.flatMap(([pattern, word, alternative]) =>
    [...text.matchAll(pattern)].map(({ index: at }) => ({ at, word, alternative })),
  );
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
