// A call of the playground in other languages. Loaded when it is opened.
import { writeCallSnippets } from '../../data/calls/call-snippets.ts';
import type { PlaygroundCall } from '../../data/calls/realtime-call.ts';
import { Copyable } from '../../parts/copyable.tsx';

export default function Snippets({ call }: { call: PlaygroundCall }) {
  return Object.entries(writeCallSnippets(call, location.origin)).map(([language, text]) => (
    <section key={language} aria-label={language}>
      <h3>{language}</h3>
      <div className="snippet">
        <Copyable text={text} label={`as ${language}`} />
      </div>
    </section>
  ));
}
