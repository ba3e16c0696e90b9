// A text that is copied by a click: an ID, a digest, a command.
import { useState } from 'react';

const shownMs = 1500;

export function Copyable({ text, label = text }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), shownMs);
  };
  return (
    <span className="copyable">
      <code>{text}</code>
      <button type="button" onClick={() => void copy()} aria-label={`Copy ${label}`}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </span>
  );
}

/** The page's content by the command line and by HTTP. */
export function AsCommand({ cli, path, of = 'As a command' }: { cli: string; path: string; of?: string }) {
  const curl = `curl -H "Authorization: Bearer $SLIPWAY_API_KEY" ${location.origin}${path}`;
  return (
    <details className="commands">
      <summary>{of}</summary>
      <p>
        <Copyable text={cli} />
      </p>
      <p>
        <Copyable text={curl} />
      </p>
    </details>
  );
}
