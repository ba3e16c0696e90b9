// Reads `features` in manifest.py: a literal list of dicts with four keys. Wrong keys are an error, because an extractor whose features
// aren't recognized completes with 0 documents (plugin format §2, §6).
import type { Finding } from '../../contract/findings/finding.ts';
import type { Json } from '../../contract/json.ts';
import { featuresMax, fieldCharsMax } from '../../contract/limits/manifest.ts';
import { distanceMetrics, featureSchema, type Manifest } from '../../contract/plugin/manifest.ts';
import { kindNoun, manifestFinding, quoted, unreadableMessage, wrongKindMessage } from '../findings.ts';
import type { Span } from '../python/syntax.ts';
import { type Budget, toJson } from '../python/to-json.ts';
import type { DictEntry, Names, Value } from '../python/value.ts';
import { stableValue } from '../python/values.ts';
import { findDeclaration } from './declaration.ts';

export type Feature = Manifest['features'][number];

export interface FeaturesReading {
  /** Features whose four keys are all valid. */
  features: Feature[];
  problems: Finding[];
}

const keys = ['feature_type', 'feature_name', 'embedding_dim', 'distance_metric'] as const;
type FeatureKey = (typeof keys)[number];

interface KeyRule {
  example: string;
  requirement: string;
  accepts(value: Value): boolean;
}

/** A feature_name is used as a column name, a vector name and the last part of a feature_uri. */
const featureName = /^[\p{L}\p{N}_.-]{1,128}$/u;

const keyRules: Readonly<Record<FeatureKey, KeyRule>> = {
  feature_type: {
    example: '"embedding"',
    requirement: 'must be "embedding"',
    accepts: (value) => value.kind === 'string' && value.value === 'embedding',
  },
  feature_name: {
    example: '"my_embedding"',
    requirement: 'must be a string of 1 to 128 letters, digits, `_`, `-` or `.`',
    accepts: (value) => value.kind === 'string' && featureName.test(value.value),
  },
  embedding_dim: {
    example: '384',
    requirement: 'must be a whole number greater than 0',
    accepts: (value) => value.kind === 'integer' && value.value > 0,
  },
  distance_metric: {
    example: '"cosine"',
    requirement: `must be one of ${distanceMetrics.map((metric) => `"${metric}"`).join(', ')}`,
    accepts: (value) => value.kind === 'string' && distanceMetrics.some((metric) => metric === value.value),
  },
};

/** Common wrong keys; some are from an older template. */
const commonMistakes: ReadonlyMap<string, FeatureKey> = new Map([
  ['type', 'feature_type'],
  ['name', 'feature_name'],
  ['dimensions', 'embedding_dim'],
  ['dimension', 'embedding_dim'],
  ['dims', 'embedding_dim'],
  ['dim', 'embedding_dim'],
  ['size', 'embedding_dim'],
  ['distance', 'distance_metric'],
  ['metric', 'distance_metric'],
]);

type Report = (at: Span, subject: string, message: string) => void;

export function readFeatures(names: Names): FeaturesReading {
  const problems: Finding[] = [];
  const report: Report = (at, subject, message) => {
    problems.push(manifestFinding('SLM102', at, subject, message));
  };
  const declaration = findDeclaration(names, 'features');
  if (!declaration) return { features: [], problems };
  const { label, value } = declaration;
  if (value.kind !== 'list') {
    report(
      value.at,
      label,
      `${wrongKindMessage(label, value)} Write a single list of dicts with the keys ${keys.join(', ')}.`,
    );
    return { features: [], problems };
  }
  const budget: Budget = { left: fieldCharsMax };
  const read = value.items
    .slice(0, featuresMax)
    .map((item, index) => readFeature(stableValue(item), `${label}[${index}]`, report, budget));
  if (value.items.length > featuresMax || budget.left < 0) {
    const limits = `the limits are ${featuresMax} features and ${fieldCharsMax} characters`;
    const message = `${label} is too large: ${limits}. Split the plugin into several extractors.`;
    problems.push(manifestFinding('SLM104', value.at, label, message));
  }
  reportDuplicates(read, value.items, label, report);
  return { features: read.filter((feature) => feature !== undefined), problems };
}

function readFeature(item: Value, label: string, report: Report, budget: Budget): Feature | undefined {
  if (item.kind !== 'dict') {
    report(item.at, label, `${wrongKindMessage(label, item)} Write a dict with the keys ${keys.join(', ')}.`);
    return undefined;
  }
  const mistaken = reportMistakenKeys(item.entries, label, report);
  for (const key of keys) {
    const entry = item.entries.get(key);
    if (entry) reportValue(key, stableValue(entry.value), `${label}.${key}`, report);
    else if (!mistaken.has(key)) {
      const advice = `Add it, for example "${key}": ${keyRules[key].example}.`;
      report(item.at, `${label}.${key}`, `${label} has no \`${key}\`. ${advice}`);
    }
  }
  const isValid = keys.every((key) => {
    const value = item.entries.get(key)?.value;
    return value !== undefined && keyRules[key].accepts(value);
  });
  const parsed = featureSchema.safeParse(literalEntries(item.entries, budget));
  return isValid && parsed.success ? parsed.data : undefined;
}

/** Reports a wrong key only if the right one is missing, because features may have additional keys. */
function reportMistakenKeys(entries: ReadonlyMap<string, DictEntry>, label: string, report: Report): Set<FeatureKey> {
  const mistaken = new Set<FeatureKey>();
  for (const [key, { keyAt, value }] of entries) {
    const right = commonMistakes.get(key);
    if (right === undefined || entries.has(right) || mistaken.has(right)) continue;
    mistaken.add(right);
    const { accepts, requirement } = keyRules[right];
    const advice = `Rename it, or the extractor will produce 0 documents.${accepts(value) ? '' : ` Its value ${requirement}.`}`;
    report(keyAt, `${label}.${right}`, `${label} uses the key \`${key}\` instead of \`${right}\`. ${advice}`);
  }
  return mistaken;
}

function reportValue(key: FeatureKey, value: Value, label: string, report: Report): void {
  const { accepts, example, requirement } = keyRules[key];
  if (value.kind === 'unresolved') {
    report(value.at, label, `${unreadableMessage(label, value)} Write a literal, for example "${key}": ${example}.`);
  } else if (!accepts(value)) report(value.at, label, `${label} is ${formatValue(value)}, but it ${requirement}.`);
}

function formatValue(value: Value): string {
  if (value.kind === 'string') return quoted(value.value);
  if (value.kind === 'integer') return String(value.value);
  if (value.kind === 'float') return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value);
  if (value.kind === 'boolean') return value.value ? 'True' : 'False';
  return kindNoun(value);
}

function reportDuplicates(features: (Feature | undefined)[], items: Value[], label: string, report: Report): void {
  const first = new Map<string, number>();
  for (const [index, feature] of features.entries()) {
    const name = feature?.feature_name;
    const item = items[index];
    if (name === undefined || !item) continue;
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    else {
      const duplicate = `${label}[${index}] has the same feature_name as ${label}[${earlier}]: ${quoted(name)}`;
      report(item.at, `${label}[${index}].feature_name`, `${duplicate}. Give each feature a unique name.`);
    }
  }
}

/** Returns the entries that are literals. Skips the others, which may be computed. */
function literalEntries(entries: ReadonlyMap<string, DictEntry>, budget: Budget): Record<string, Json> {
  const literals: [string, Json][] = [];
  for (const [key, { value }] of entries) {
    budget.left -= key.length;
    const reading = toJson(value, budget);
    if ('json' in reading) literals.push([key, reading.json]);
  }
  return Object.fromEntries(literals);
}
