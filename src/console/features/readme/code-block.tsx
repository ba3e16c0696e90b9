// A block of code in a README, colored in the languages of plugins, with a button that copies it.
import { ByPlace } from '../../parts/by-place.tsx';
import { CopyButton } from '../../parts/copyable.tsx';
import { sourceLanguage, useHighlighted } from '../../parts/highlighted.ts';
import { visible } from '../../parts/visible-text.ts';

export function CodeBlock({ text, language }: { text: string; language: string | undefined }) {
  const code = text.replace(/\n$/, '');
  const lines = useHighlighted(code, sourceLanguage(language ?? ''));
  return (
    <div className="code-block">
      <pre className="code">
        <code>
          {lines === undefined
            ? visible(code)
            : lines.map((pieces, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: no line changes its place
                <span key={index}>
                  <ByPlace items={pieces}>
                    {(piece) => <span className={piece.kind}>{visible(piece.text)}</span>}
                  </ByPlace>
                  {'\n'}
                </span>
              ))}
        </code>
      </pre>
      <CopyButton text={code} label="Copy" />
    </div>
  );
}
