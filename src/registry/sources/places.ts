// Reads the place that a credential is for, as a user writes it.
import { normalizePlacePath, type SourcePlace } from '../../contract/builder/source-places.ts';
import { sourceLimits } from '../../contract/limits/secrets.ts';
import { type ExternalUrlRules, isLoopback, parseExternalUrl } from '../../core/external-url.ts';
import { Problem } from '../../core/problem.ts';

/** Reads `HOST[/PATH]`. Throws a Problem if no repository can be there. */
export function parsePlace(rules: ExternalUrlRules, text: string): SourcePlace {
  if (text.length > sourceLimits.placeCharsMax || !/^[!-~]+$/.test(text) || /[:/]{2}|[?#@]/.test(text))
    throw invalidPlace('write it as `git.example.com` or `git.example.com/acme`, without `https://`');
  const local = `http://${text}`;
  const isLocal = URL.canParse(local) && isLoopback(new URL(local));
  const target = parseExternalUrl(isLocal ? local : `https://${text}`, rules);
  if ('refused' in target) throw invalidPlace(target.refused);
  const path = normalizePlacePath(target.url.pathname);
  if (path === undefined || /\/\.{1,2}(?:\/|$)/.test(text))
    throw invalidPlace('its path may have letters, digits and `-_.~+@`, in segments between slashes');
  return { host: target.url.host, path };
}

function invalidPlace(reason: string): Problem {
  const message = `The source is not allowed: ${reason}`;
  return new Problem('invalid-request', message, {
    fields: [{ path: ['body', 'source'], message, type: 'source_refused' }],
  });
}
