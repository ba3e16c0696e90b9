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

/** Words in all their forms, each group with what to write instead. */
const discouraged: Readonly<Record<string, string>> = {
  anew: 'again, new',
  'mend mends mended mending': 'fix, normalize',
  'bury buries buried burying': 'record, store, hide',
  'wish wishes wished wishing': 'request',
  told: 'reported, sent, shown',
  besides: 'also, in addition to',
  whoever: 'name the role: the caller, the owner, the lease holder',
  somebody: 'name the role: the user, another worker',
  'behaviour behaviours': american('behavior'),
  'catalogue catalogues catalogued': american('catalog'),
  'centre centres centred': american('center'),
  'colour colours coloured colouring': american('color'),
  'favour favours favoured': american('favor'),
  grey: american('gray'),
  'honour honours honoured': american('honor'),
  'licence licences': american('license'),
  'neighbour neighbours neighbouring': american('neighbor'),
  'normalise normalises normalised': american('normalize'),
  'organise organises organised organisation': american('organize'),
  'recognise recognises recognised recogniser': american('recognize'),
  'signalled signalling': american('signaled'),
  towards: american('toward'),
};

function american(word: string): string {
  return `${word}: the project writes American English`;
}

const alternatives = new Map(
  Object.entries(discouraged).flatMap(([forms, alternative]) => forms.split(' ').map((form) => [form, alternative])),
);

/** Matches words in prose, parts of identifiers, and an idiom. A database column and an expression may have "told" in them. */
const part = /expiry_told_at|told apart|\ball[\s/*#]+the[\s/*#]+same\b|[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g;

/** Returns one line per discouraged word: its location, the word and the replacement. */
export function plainLanguageProblems(path: string, text: string): string[] {
  return [...text.matchAll(part)].flatMap(({ 0: found, index }) => {
    const word = found.replaceAll(/[\s/*#]+/g, ' ');
    const alternative = word === 'all the same' ? 'nevertheless, still' : alternatives.get(word.toLowerCase());
    if (alternative === undefined) return [];
    return [`${path}:${text.slice(0, index).split('\n').length}: "${word}": write ${alternative}`];
  });
}
