// Renders findings as a SARIF 2.1.0 log (OASIS, errata 01). Describes only rules that have findings, and decides no verdict.
import { explanations } from '../contract/findings/explanations.ts';
import type { Finding, TrailStep } from '../contract/findings/finding.ts';
import { adviceFor } from '../contract/findings/name-advice.ts';
import { type RuleId, ruleIds, rules } from '../contract/findings/rules.ts';

export interface SarifLog {
  $schema: string;
  version: '2.1.0';
  runs: [SarifRun];
}

interface SarifRun {
  tool: { driver: { name: string; version: string; rules: SarifRule[] } };
  columnKind: 'utf16CodeUnits';
  results: SarifResult[];
}

interface SarifRule {
  id: RuleId;
  shortDescription: { text: string };
  fullDescription: { text: string };
  help: { text: string };
  defaultConfiguration: { level: Finding['severity'] };
  properties: { category: string };
}

interface SarifResult {
  ruleId: RuleId;
  ruleIndex: number;
  level: Finding['severity'];
  message: { text: string };
  /** Empty if the finding is about the archive as a whole. */
  locations: SarifLocation[];
  /** Trail from the name's first binding to the finding. Absent if the source names the object directly. */
  codeFlows?: SarifCodeFlow[];
  partialFingerprints: { 'slipwayFinding/v1': string };
  /** If any result has this, every result must (SARIF §3.27.23). */
  suppressions?: SarifSuppression[];
  properties: { category: string; name: string };
}

interface SarifCodeFlow {
  threadFlows: { locations: { location: SarifStep }[] }[];
}

interface SarifStep {
  physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
  message: { text: string };
}

interface SarifSuppression {
  kind: 'external';
  status: 'accepted';
  justification: string;
  properties: { waiver: string; expiresAt: string };
}

interface SarifLocation {
  physicalLocation: {
    artifactLocation: { uri: string };
    region: { startLine: number; startColumn: number; endLine: number; endColumn: number };
  };
}

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** `uriOf` returns the URIs of files in trails; by default, they are relative to the plugin's root. */
export function sarifLog(
  findings: readonly Finding[],
  toolVersion: string,
  uriOf: (finding: Finding, file: string) => string = (_, file) => uri(file),
): SarifLog {
  const foundRules = new Set(findings.map(({ ruleId }) => ruleId));
  const describedRules = ruleIds.filter((id) => foundRules.has(id));
  const fingerprints = fingerprintsOf(findings);
  const anyWaived = findings.some(({ waiver }) => waiver !== undefined);
  const results = findings.map((finding, at) => ({
    ruleId: finding.ruleId,
    ruleIndex: describedRules.indexOf(finding.ruleId),
    level: finding.severity,
    message: { text: messageOf(finding) },
    locations: finding.file === '' ? [] : [locationOf(finding)],
    ...codeFlowsOf(finding, (file) => uriOf(finding, file)),
    partialFingerprints: { 'slipwayFinding/v1': fingerprints[at] ?? '' },
    ...(anyWaived ? { suppressions: suppressionsOf(finding) } : {}),
    properties: { category: finding.category, name: finding.name },
  }));
  const driver = { name: 'slipway', version: toolVersion, rules: describedRules.map(describe) };
  return { $schema: schema, version: '2.1.0', runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }] };
}

function describe(id: RuleId): SarifRule {
  const { category, severity, title } = rules[id];
  const { bad, fix, good, why } = explanations[id];
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${[why, fix ?? []].flat().join(' ')}\n\nInstead of\n${bad}\nwrite\n${good}` },
    defaultConfiguration: { level: severity },
    properties: { category },
  };
}

/** Returns the message with the suggested replacement added, because viewers show the rule's help only on request. */
function messageOf(finding: Finding): string {
  const fix = adviceFor(finding);
  const { message } = finding;
  return fix === undefined ? message : `${message}. ${fix}`;
}

function suppressionsOf({ waiver }: Finding): SarifSuppression[] {
  if (!waiver) return [];
  const { id, reason, expiresAt } = waiver;
  const properties = { waiver: id, expiresAt: new Date(expiresAt).toISOString() };
  return [{ kind: 'external', status: 'accepted', justification: reason, properties }];
}

function locationOf({ column, endColumn, endLine, file, line }: Finding): SarifLocation {
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return { physicalLocation: { artifactLocation: { uri: uri(file) }, region } };
}

function uri(file: string): string {
  return file.toWellFormed().split('/').map(encodeURIComponent).join('/');
}

function codeFlowsOf(finding: Finding, uriOf: (file: string) => string): { codeFlows?: SarifCodeFlow[] } {
  const { file, line, message, trail } = finding;
  if (!trail) return {};
  const step = (place: { file: string; line: number }, text: string) => ({
    location: {
      physicalLocation: { artifactLocation: { uri: uriOf(place.file) }, region: { startLine: place.line } },
      message: { text },
    },
  });
  const locations = [...trail].reverse().map((at) => step(at, stepMessage(at)));
  return { codeFlows: [{ threadFlows: [{ locations: [...locations, step({ file, line }, message)] }] }] };
}

function stepMessage({ member, module, name }: TrailStep): string {
  if (module === undefined) return `\`${name}\` is bound`;
  return member === undefined
    ? `\`${name}\` is the module ${module}`
    : `\`${name}\` is \`${member}\`, imported from ${module}`;
}

/** Identifies each finding by rule, file, name and occurrence, so that the fingerprint doesn't change when lines move. */
function fingerprintsOf(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ file, name, ruleId }) => {
    const key = JSON.stringify([ruleId, file, name]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return JSON.stringify([ruleId, file, name, count]);
  });
}
