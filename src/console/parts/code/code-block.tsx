// A block of code, colored in the languages of plugins, with a button that copies it.
import { CopyButton } from '../copyable.tsx';
import { sourceLanguage, useHighlighted } from '../highlighted.ts';
import { ByPlace } from '../plugins/by-place.tsx';
import { visible } from '../visible-text.ts';
import './code-block.css';

export function CodeBlock({ text, language }: { text: string; language: string | undefined }) {
  // What is copied is what is seen.
  const code = visible(text.replace(/\n$/, ''));
  const lines = useHighlighted(code, sourceLanguage(language ?? ''));
  return (
    <div className="code-block">
      <pre className="code">
        <code>
          {lines === undefined
            ? code
            : lines.map((pieces, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: no line changes its place
                <span key={index}>
                  <ByPlace items={pieces}>{(piece) => <span className={piece.kind}>{piece.text}</span>}</ByPlace>
                  {'\n'}
                </span>
              ))}
        </code>
      </pre>
      <CopyButton text={code} label="Copy" />
    </div>
  );
}
