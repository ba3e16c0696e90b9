// Checks the schemas in manifest.py, and reports problems at their locations in the file.
import type { Finding } from '../../contract/findings/finding.ts';
import type { JsonObject } from '../../contract/json.ts';
import { isFlat } from '../../contract/plugin/flat-schemas.ts';
import { isMeaningless, objectSchema } from '../../json-schema/object-schema.ts';
import type { SchemaProblem } from '../../json-schema/problem.ts';
import { readSchema } from '../../json-schema/read-schema.ts';
import { manifestFinding } from '../findings.ts';
import type { Span } from '../python/syntax.ts';
import type { Value } from '../python/value.ts';
import { stableValue } from '../python/values.ts';
import type { Gap } from './class-schemas.ts';

export interface DeclaredSchema {
  /** The schema's name in messages, such as `output_schema`. */
  label: string;
  value: Value;
  json: JsonObject;
  /** A class's fields, by definition and property. */
  places: ReadonlyMap<string, Span> | undefined;
}

/** Reports what a class's schema doesn't say, at the fields in question. */
export function gapFindings(label: string, gaps: readonly Gap[]): Finding[] {
  return gaps.map(({ at, subject, text }) => manifestFinding('SLM409', at, subject, `${label}: ${subject} ${text}.`));
}

/** Returns a schema's findings. Those in `problems` reject an upload, because nothing, or everything, would match the schema. */
export function schemaFindings({ json, label, places, value }: DeclaredSchema): {
  problems: Finding[];
  warnings: Finding[];
} {
  const flat = isFlat(json);
  const findings = readSchema(objectSchema(json)).problems.map((problem) => {
    const path = flat ? problem.path.slice(1) : problem.path;
    const place = [label, ...path].join('.');
    const { consequence, ruleId } = reported[problem.kind];
    const at = places ? (fieldAt(places, path) ?? value.at) : spanAt(value, path, problem.kind === 'unknown');
    return manifestFinding(ruleId, at, place, `${place} ${problem.message}${consequence}`);
  });
  if (isMeaningless(json)) {
    const advice = `${label} has no JSON Schema keyword, so it allows everything. Put its columns into "properties", each with a schema such as {"type": "string"}.`;
    findings.push(manifestFinding('SLM409', value.at, label, advice));
  }
  return {
    problems: findings.filter(({ severity }) => severity === 'error'),
    warnings: findings.filter(({ severity }) => severity !== 'error'),
  };
}

const unchecked = ". Values aren't checked against this schema.";

const reported: Record<SchemaProblem['kind'], { ruleId: 'SLM108' | 'SLM409'; consequence: string }> = {
  invalid: { ruleId: 'SLM108', consequence: '' },
  endless: { ruleId: 'SLM108', consequence: '' },
  unsupported: { ruleId: 'SLM409', consequence: unchecked },
  unknown: { ruleId: 'SLM409', consequence: '' },
};

/** Returns the location of the innermost part on the path, or of its key. */
function spanAt(whole: Value, path: readonly (string | number)[], isKey: boolean): Span {
  let value = stableValue(whole);
  for (const [index, token] of path.entries()) {
    const entry = value.kind === 'dict' ? value.entries.get(String(token)) : undefined;
    const inner = value.kind === 'list' ? value.items[Number(token)] : entry?.value;
    if (!inner) return value.at;
    if (entry && isKey && index === path.length - 1) return entry.keyAt;
    value = stableValue(inner);
  }
  return value.at;
}

/** Returns the location of the field that a path in a class's JSON Schema leads to. */
function fieldAt(places: ReadonlyMap<string, Span>, path: readonly (string | number)[]): Span | undefined {
  const [definition, rest] = path[0] === '$defs' ? [path[1], path.slice(2)] : ['', path];
  return rest[0] === 'properties' ? places.get(`${definition}.${rest[1]}`) : undefined;
}
