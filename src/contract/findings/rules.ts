// Defines the rule catalog (scan policy §1, §8): each rule's title, severity, category and message. `finding` fills in `{name}`. The
// names that a rule checks are data in scan/policy/. archive/ (SLP7xx), manifest/ (SLM…) and registry/storage (SLU…) report findings
// from this table too.

export interface RuleSpec {
  category: string;
  severity: 'error' | 'warning' | 'note';
  title: string;
  message: string;
}

export const rules = {
  SLP101: { category: 'import', severity: 'error', title: 'Forbidden import', message: 'Forbidden import: {name}' },
  SLP102: {
    category: 'import',
    severity: 'error',
    title: 'Star import from a governed module',
    message: 'Star import from governed module: {name}',
  },
  SLP110: {
    category: 'process',
    severity: 'error',
    title: 'Process or interpreter access',
    message: 'Process or interpreter access: {name}',
  },
  SLP111: {
    category: 'network',
    severity: 'error',
    title: 'Raw network access',
    message: 'Raw network access: {name}',
  },
  SLP112: { category: 'native', severity: 'error', title: 'Native code', message: 'Native code: {name}' },
  SLP120: { category: 'loader', severity: 'error', title: 'Code loader', message: 'Code loader: {name}' },
  SLP121: {
    category: 'code',
    severity: 'error',
    title: 'Dynamic code execution',
    message: 'Dynamic code execution: {name}',
  },
  SLP122: {
    category: 'introspection',
    severity: 'error',
    title: 'Interpreter internals',
    message: 'Access to interpreter internals: {name}',
  },
  SLP130: {
    category: 'files',
    severity: 'warning',
    title: 'File access',
    message: 'File access outside the SDK: {name}',
  },
  SLP140: {
    category: 'deserialise',
    severity: 'error',
    title: 'Unsafe deserialization by a library',
    message: 'Unsafe deserialization: {name}',
  },
  SLP150: {
    category: 'secrets',
    severity: 'warning',
    title: 'Access to credentials',
    message: 'Access to credentials: {name}',
  },
  SLP151: {
    category: 'exfil',
    severity: 'warning',
    title: 'Suspicious destination',
    message: 'Suspicious destination: {name}',
  },
  SLP160: {
    category: 'obfuscation',
    severity: 'warning',
    title: 'Obfuscated code',
    message: 'Obfuscated code: {name}',
  },
  SLP190: {
    category: 'unlisted',
    severity: 'note',
    title: 'Import not on the allow list',
    message: 'Import not on the allow list: {name}',
  },
  SLP191: {
    category: 'private',
    severity: 'error',
    title: 'Private name of a module',
    message: 'Private to its module: {name}',
  },
  SLP201: { category: 'builtin', severity: 'error', title: 'Forbidden builtin', message: 'Forbidden builtin: {name}' },
  SLP301: { category: 'call', severity: 'error', title: 'Forbidden function', message: 'Forbidden function: {name}' },
  SLP401: {
    category: 'pickle',
    severity: 'error',
    title: 'Unsafe deserialization',
    message: 'Unsafe deserialization: {name}',
  },
  SLP402: {
    category: 'pickle',
    severity: 'warning',
    title: 'Serialization module',
    message: 'Serialization module: {name}',
  },
  SLP501: { category: 'dunder', severity: 'warning', title: 'Dunder access', message: 'Dunder access: {name}' },
  SLP601: { category: 'syntax', severity: 'error', title: 'Cannot parse', message: 'Cannot parse: {name}' },
  SLP602: {
    category: 'encoding',
    severity: 'error',
    title: 'Unsupported source encoding',
    message: 'Unsupported source encoding: {name}',
  },
  SLP603: {
    category: 'limit',
    severity: 'error',
    title: 'Too complex to scan',
    message: 'Too complex to scan: {name}',
  },
  SLP701: { category: 'archive', severity: 'error', title: 'Unsafe path', message: 'Unsafe path in archive: {name}' },
  SLP702: {
    category: 'archive',
    severity: 'error',
    title: 'Not a regular file',
    message: 'Not a regular file or directory: {name}',
  },
  SLP703: {
    category: 'archive',
    severity: 'error',
    title: 'Duplicate name',
    message: 'Duplicate name in archive: {name}',
  },
  SLP704: {
    category: 'archive',
    severity: 'error',
    title: 'Inconsistent archive',
    message: 'Inconsistent archive: {name}',
  },
  SLP705: {
    category: 'archive',
    severity: 'error',
    title: 'Archive exceeds a limit',
    message: 'Archive exceeds a limit: {name}',
  },
  SLP706: {
    category: 'archive',
    severity: 'error',
    title: 'Unsupported zip feature',
    message: 'Unsupported zip feature: {name}',
  },
  SLP707: { category: 'archive', severity: 'error', title: 'Compiled code', message: 'Compiled code: {name}' },
  SLP708: { category: 'archive', severity: 'error', title: 'Nested archive', message: 'Nested archive: {name}' },
  SLP709: {
    category: 'archive',
    severity: 'error',
    title: 'Required file missing',
    message: 'Required file missing: {name}',
  },
  SLP710: {
    category: 'archive',
    severity: 'error',
    title: 'Not an archive',
    message: 'Not a readable archive: {name}',
  },
  SLP711: { category: 'archive', severity: 'warning', title: 'Pickle payload', message: 'Pickle payload: {name}' },
  SLP712: {
    category: 'archive',
    severity: 'warning',
    title: 'Unsupported dependency declaration',
    message: 'Unsupported dependency declaration: {name}',
  },
  SLP713: {
    category: 'archive',
    severity: 'error',
    title: 'Code that cannot be scanned',
    message: 'Code that cannot be scanned: {name}',
  },
  SLP801: {
    category: 'dynamic',
    severity: 'warning',
    title: 'Unresolvable lookup',
    message: 'Unresolvable lookup on {name}',
  },
  SLP901: {
    category: 'go-package',
    severity: 'error',
    title: 'Forbidden Go package or function',
    message: 'Forbidden in Go plugins: {name}',
  },
  SLP902: {
    category: 'go-native',
    severity: 'error',
    title: 'Native code or compiler directive',
    message: 'Native code or compiler directive: {name}',
  },
  SLP903: {
    category: 'go-module',
    severity: 'error',
    title: 'Not buildable from this source alone',
    message: 'Cannot be built from this source alone: {name}',
  },
  SLP904: {
    category: 'go-caution',
    severity: 'warning',
    title: 'Needs review',
    message: 'Needs review: {name}',
  },
  SLP905: {
    category: 'go-capability',
    severity: 'error',
    title: 'Capability that needs a waiver',
    message: 'Capability that needs a waiver: {name}',
  },
  SLP906: {
    category: 'go-capability',
    severity: 'warning',
    title: 'Network without a granted host',
    message: 'Network without a granted host: {name}',
  },
  SLM101: { category: 'manifest', severity: 'error', title: 'Invalid name or version', message: '{name}' },
  SLM102: { category: 'manifest', severity: 'error', title: 'Invalid feature', message: '{name}' },
  SLM103: { category: 'manifest', severity: 'error', title: 'Invalid feature_uri', message: '{name}' },
  SLM104: { category: 'manifest', severity: 'error', title: 'Manifest exceeds a limit', message: '{name}' },
  SLM106: { category: 'manifest', severity: 'error', title: 'Dependency not allowed', message: '{name}' },
  SLM107: { category: 'manifest', severity: 'error', title: 'Invalid permissions', message: '{name}' },
  SLM108: { category: 'manifest', severity: 'error', title: 'Invalid schema', message: '{name}' },
  SLM109: { category: 'manifest', severity: 'error', title: 'Unknown resource type or placement', message: '{name}' },
  SLM110: { category: 'manifest', severity: 'error', title: 'Invalid number of instances', message: '{name}' },
  SLM111: { category: 'manifest', severity: 'error', title: 'Invalid release plan', message: '{name}' },
  SLM201: { category: 'structure', severity: 'error', title: 'Missing pipeline entry point', message: '{name}' },
  SLM301: { category: 'structure', severity: 'error', title: 'Missing realtime handler', message: '{name}' },
  SLM401: {
    category: 'manifest',
    severity: 'warning',
    title: 'Version overridden by the registry',
    message: '{name}',
  },
  SLM402: { category: 'manifest', severity: 'warning', title: 'Manifest field ignored', message: '{name}' },
  SLM403: { category: 'manifest', severity: 'warning', title: 'Feature not in output_schema', message: '{name}' },
  SLM404: {
    category: 'manifest',
    severity: 'warning',
    title: 'feature_uri without an endpoint or feature',
    message: '{name}',
  },
  SLM405: { category: 'manifest', severity: 'warning', title: 'Conflicting dependencies', message: '{name}' },
  SLM406: { category: 'manifest', severity: 'warning', title: 'Dependency not on the list', message: '{name}' },
  SLM407: { category: 'manifest', severity: 'warning', title: 'Import of an undeclared package', message: '{name}' },
  SLM408: { category: 'manifest', severity: 'warning', title: 'Network access not asked for', message: '{name}' },
  SLM409: { category: 'manifest', severity: 'warning', title: 'Schema without effect', message: '{name}' },
  SLM410: {
    category: 'manifest',
    severity: 'warning',
    title: 'GPU, for which a Ray cluster is needed',
    message: '{name}',
  },
  SLM411: { category: 'structure', severity: 'warning', title: 'Import of a missing file', message: '{name}' },
  SLM412: { category: 'structure', severity: 'warning', title: 'Folder without __init__.py', message: '{name}' },
  SLM421: { category: 'structure', severity: 'warning', title: 'Unknown batch column', message: '{name}' },
  SLM422: { category: 'structure', severity: 'warning', title: 'Row-by-row loop', message: '{name}' },
  SLU101: {
    category: 'upload',
    severity: 'warning',
    title: 'Size differs from the announced one',
    message: 'Size differs: {name}',
  },
  SLU102: { category: 'upload', severity: 'error', title: 'File looks like a secret', message: '{name}' },
} as const satisfies Record<string, RuleSpec>;

export type RuleId = keyof typeof rules;

/**
 * Returns whether an organization may waive the rule for a plugin (scan policy §8b). Rules about unreadable or misleading content, or
 * plugins that can't work, can't be waived.
 */
export function isWaivable(ruleId: RuleId): boolean {
  return !/^(?:SLP6|SLP70|SLP710|SLM|SLU)/.test(ruleId);
}

/** Returns whether the rule is about one upload rather than its content, so it isn't part of the scan policy. */
export function isUploadRule(ruleId: RuleId): boolean {
  return ruleId.startsWith('SLU');
}

/** Returns whether the rule applies only at the strict level (scan policy §9). */
export function isStrictOnly(ruleId: RuleId): boolean {
  return /^SLP1[1-9]\d$/.test(ruleId);
}

export const ruleIds = Object.keys(rules) as [RuleId, ...RuleId[]];
