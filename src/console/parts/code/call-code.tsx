// A call as code to copy, in the language that the reader chooses.
import { useState } from 'react';
import { codeLanguages, codeUses, writeCallCode } from '../../../client/call-code/call-code.ts';
import { codedCall } from '../../data/calls/call-code.ts';
import type { PlaygroundCall } from '../../data/calls/realtime-call.ts';
import { CodeBlock } from './code-block.tsx';

export default function CallCode({ call }: { call: PlaygroundCall }) {
  const [language, choose] = useState(codeLanguages[0] ?? 'curl');
  return (
    <>
      <span className="choice-row">
        {codeLanguages.map((one) => (
          <button key={one} type="button" aria-pressed={one === language} onClick={() => choose(one)}>
            {one}
          </button>
        ))}
      </span>
      <section aria-label={`Call in ${language}`}>
        <CodeBlock text={writeCallCode(language, codedCall(call, location.origin))} language={language.toLowerCase()} />
        <p className="quiet">
          Set <code>SLIPWAY_API_KEY</code> to your key. {codeUses[language]}
        </p>
      </section>
    </>
  );
}
