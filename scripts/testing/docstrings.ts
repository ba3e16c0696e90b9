// Checks how docstrings and the first comments of files begin: with a verb in the third person, or with the noun that they describe.

/** A docstring in TypeScript or Python, or the comment on the first line of a file. */
const docstring = /\/\*\*[\s*]*|"""|^(?:#!.*\n)?(?:\/\/|#) /g;

/** First words of a sentence whose subject is only in the code below it, or nowhere. */
const firstWord = /(?:Of|Which|Whose|Who|What|That|Those|By|With|From|Between)\b/y;

/** Returns one line for each docstring that begins with such a word. */
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
