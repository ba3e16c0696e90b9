// Rows of the doubling test: tokens and documents of issuers.
import { idTokenLimits, issuerLimits } from '../../../../src/contract/features/identity/limits.ts';
import { readText } from '../../../../src/features/identity/issuers/discovery.ts';
import { requirePlainUrl } from '../../../../src/features/identity/issuers/reserved.ts';
import { readUnverified } from '../../../../src/features/identity/issuers/token-shape.ts';
import { claimText, missingOwner } from '../../../../src/features/identity/trusted-publishers/match-claims.ts';
import type { Rows } from '../../../doubling/row.ts';

const github = 'https://token.actions.githubusercontent.com';

export const rows: Rows = {
  'a token is read': {
    run: readUnverified,
    charsMax: idTokenLimits.charsMax,
    places: { whole: (text) => text, payload: (text) => `e30.${btoa(encodeURIComponent(text.toWellFormed()))}.e30` },
  },
  "an issuer's document is read": { run: (text) => readText(new Response(text)), charsMax: issuerLimits.documentBytes },
  "an issuer's URL is read": {
    run: (text) => [requirePlainUrl(`https://a.b/${text}`), missingOwner(text, [])],
    charsMax: issuerLimits.urlCharsMax,
  },
  "a job's claims are compared": {
    run: (text) => [
      claimText({ iss: github, sub: text, aud: 'a', exp: 0, iat: 0 }, 'sub'),
      missingOwner(github, [{ claim: 'sub', equals: text }]),
    ],
    charsMax: idTokenLimits.charsMax,
  },
};
