// Rows of the authorization matrix for what Slipway signs: a version's evidence and SBOM, and the signing keys.
import type { Row } from './authorization-matrix.ts';
import { operator } from './authorization-rows.ts';

/** Reads of a version's contents, beside its packages. */
export function contentsIn(version: string, row: Row): Record<string, Row> {
  return { [`GET ${version}/evidence`]: row, [`GET ${version}/sbom`]: row };
}

export const signingKeyRows: Record<string, Row> = {
  'POST /rotate': operator,
  'POST /{keyid}/revoke': operator,
};
