// Shows the texts that agents read and that differ.
import type { Schemas } from '../../data/api.ts';
import { visible } from '../visible-text.ts';

/** Shows the texts that agents read, which are in no file if the upload had them. */
export function TextChanges({ changes }: { changes: Schemas['PluginDiff']['descriptions'] }) {
  if (changes.length === 0) return null;
  return (
    <section>
      <h2>What agents read</h2>
      {changes.map(({ v1, v2, where }) => (
        <details className="file" open key={where}>
          <summary data-stop tabIndex={0}>
            {visible(where)}
          </summary>
          <div className="code diff">
            <div className="sides">
              <div>{v1 !== null && <div className="removed">{visible(v1)}</div>}</div>
              <div>{v2 !== null && <div className="added">{visible(v2)}</div>}</div>
            </div>
          </div>
        </details>
      ))}
    </section>
  );
}
