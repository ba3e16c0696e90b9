// Checks that a test's title is a sentence of its own. Titles are read without their `describe`: in a failed run, in
// docs/guarantees.md and in a search.

/** First words that continue a sentence from elsewhere, by what they are. */
const continuations: Readonly<Record<string, string>> = {
  'a preposition or conjunction': `
    about above after against along also although among and as at because before behind below beside between beyond but by despite
    during even except for from if in inside into like meanwhile near nor of off on once onto or outside over per regardless since so
    than then though through throughout till to toward twice under unless until up upon via when whenever where wherever while with
    within without again never not`,
  'a relative word': 'that what whatever which who whom whose',
  'an auxiliary': `
    am are be been being can cannot could did do does had has have having is may might must shall should was were will would`,
  'a verb': `
    accept accepts adds allow allows applies become becomes begins belongs carries carry closes compares contains continues creates
    delays deletes deploys differs drops enables enqueues expires fail fails fetches fills finds follows forgets frees get gets give
    gives goes handles happens holds ignores includes inflates installs iterates joins keep keeps lasts leaves lets lose loses makes
    mounts needs opens parses prints publishes puts raises reaches refuse refuses reject rejects removes renews replaces restores
    resumes retries return returns says sees send sends separates serves show shows skips sorts stays takes throws undeploys uses
    validates wait waits writes yields`,
};

const kinds = new Map(
  Object.entries(continuations).flatMap(([kind, words]) =>
    words
      .trim()
      .split(/\s+/)
      .map((word) => [word, kind] as const),
  ),
);

/** Returns why a title says nothing alone; undefined for one that begins with its subject. */
export function titleProblem(title: string): string | undefined {
  const [word = ''] = /^[A-Za-z]+/.exec(title) ?? [];
  const kind = /^[A-Z]{2}/.test(word) ? undefined : kinds.get(word.toLowerCase());
  return kind && `begins with ${kind}: name the subject before "${word}"`;
}
