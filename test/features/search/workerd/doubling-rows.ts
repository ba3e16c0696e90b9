// Rows of the doubling test: words of plugins and of searches.
import { indexLimits, searchLimits } from '../../../../src/contract/features/search/limits.ts';
import { idSource } from '../../../../src/core/ids.ts';
import { withoutMarks } from '../../../../src/features/search/folding.ts';
import { changedLines, changesOf, linesOf, visitLines } from '../../../../src/features/search/lines.ts';
import { divided } from '../../../../src/features/search/merge.ts';
import { asTyped, asWholeName, withTypos } from '../../../../src/features/search/rank.ts';
import { wordsOf } from '../../../../src/features/search/terms.ts';
import type { Rows } from '../../../doubling/row.ts';

const ownerId = idSource(() => 0)('namespace');
const lines = (readme: string) =>
  linesOf({ number: 1, kind: 'extractor', ownerId, name: 'a', tags: [], description: readme, readme });

export const rows: Rows = {
  'a text is folded': { run: withoutMarks, charsMax: indexLimits.readmeBytes },
  "a plugin's words are indexed": { run: lines, charsMax: indexLimits.readmeBytes },
  "a plugin's words are merged": {
    run: (text) => {
      const changes = changesOf([{ number: 1, merged: lines(text), queued: lines(text) }]);
      return divided('', changedLines(lines(text), [...changes.terms.keys()].sort(), changes));
    },
    charsMax: indexLimits.readmeBytes,
  },
  'a search is looked up': {
    run: (text) => {
      const terms = wordsOf(text, indexLimits.queryTerms).flatMap(({ joined, parts }) => [joined, ...parts]);
      const lookups = [...terms.map(asTyped), ...terms.flatMap(withTypos), asWholeName(text)];
      for (const { factorOf, prefix } of lookups) visitLines(lines(text), prefix, factorOf, () => true);
    },
    charsMax: searchLimits.queryCharsMax,
  },
};
