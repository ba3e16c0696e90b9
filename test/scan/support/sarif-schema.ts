// Validates documents against the published SARIF 2.1.0 schema.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const published = new URL('../assets/sarif-2.1.0.schema.json', import.meta.resolve('@microsoft/sarif-multitool-ts'));
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
const isSarif = ajv.compile(JSON.parse(readFileSync(published, 'utf8')));

/** Returns the document's schema errors, or null if it is valid. */
export function sarifErrors(document: unknown) {
  isSarif(document);
  return isSarif.errors ?? null;
}
