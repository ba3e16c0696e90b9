// JSON that a plugin returned.
import { useMemo, useState } from 'react';
import { type JsonText, jsonNull } from '../../../core/json/text.ts';
import { indentedJson, readJsonTree } from '../../../core/json/tree.ts';
import { foldedJson, hasVector } from '../../data/folded-json.ts';
import { visible } from '../../parts/visible-text.ts';

/** Browsers get slow with longer texts. */
const shownMax = 100_000;

/** Folds long vectors until the user expands them. */
export function AnswerJson({ value }: { value: JsonText | null }) {
  const [isFolded, setFolded] = useState(true);
  const tree = useMemo(() => readJsonTree((value ?? jsonNull).text), [value]);
  const text = isFolded ? foldedJson(tree) : indentedJson(tree);
  return (
    <section aria-label="Answer">
      {hasVector(tree) && (
        <button type="button" className="small" aria-pressed={!isFolded} onClick={() => setFolded(!isFolded)}>
          Every number
        </button>
      )}
      <pre className="code">{visible(text.slice(0, shownMax))}</pre>
      {text.length > shownMax && <p>The answer is longer: {text.length} characters in all.</p>}
    </section>
  );
}
