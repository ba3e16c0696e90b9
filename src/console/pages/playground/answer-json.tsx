// JSON that a plugin returned.
import { useState } from 'react';
import { foldedJson, hasVector } from '../../data/folded-json.ts';
import { visible } from '../../parts/visible-text.ts';

/** A browser shows no more of one text in a reasonable time. */
const shownMax = 100_000;

/** Long vectors are folded until one wants to see them. */
export function AnswerJson({ value }: { value: unknown }) {
  const [isFolded, setFolded] = useState(true);
  const text = isFolded ? foldedJson(value) : JSON.stringify(value, null, 2);
  return (
    <section aria-label="Answer">
      {hasVector(value) && (
        <button type="button" className="small" aria-pressed={!isFolded} onClick={() => setFolded(!isFolded)}>
          Every number
        </button>
      )}
      <pre className="code">{visible(text.slice(0, shownMax))}</pre>
      {text.length > shownMax && <p>The answer is longer: {text.length} characters in all.</p>}
    </section>
  );
}
