// Defines the rule catalog (scan policy §1, §8): each rule's title, severity, category and message. `finding` fills in `{name}`. The
// names that a rule checks are data in scan/policy/. archive/ (SLP7xx), manifest/ (SLM…) and registry/storage (SLU…) report findings
// from this table too.

export interface RuleSpec {
  category: string;
  severity: 'error' | 'warning' | 'note';
  title: string;
  message: string;
}

const specify =
  (severity: RuleSpec['severity']) =>
  (category: string, title: string, message = `${title}: {name}`): RuleSpec => ({ category, severity, title, message });
const error = specify('error');
const warning = specify('warning');
const note = specify('note');

/** Category, title and message of each rule. A rule without its own message reports its title and the name. */
export const rules = {
  SLP101: error('import', 'Forbidden import'),
  SLP102: error('import', 'Star import from a governed module', 'Star import from governed module: {name}'),
  SLP110: error('process', 'Process or interpreter access'),
  SLP111: error('network', 'Raw network access'),
  SLP112: error('native', 'Native code'),
  SLP120: error('loader', 'Code loader'),
  SLP121: error('code', 'Dynamic code execution'),
  SLP122: error('introspection', 'Interpreter internals', 'Access to interpreter internals: {name}'),
  SLP130: warning('files', 'File access', 'File access outside the SDK: {name}'),
  SLP140: error('deserialise', 'Unsafe deserialization by a library', 'Unsafe deserialization: {name}'),
  SLP150: warning('secrets', 'Access to credentials'),
  SLP151: warning('exfil', 'Suspicious destination'),
  SLP160: warning('obfuscation', 'Obfuscated code'),
  SLP190: note('unlisted', 'Import not on the allow list'),
  SLP191: error('private', 'Private name of a module', 'Private to its module: {name}'),
  SLP201: error('builtin', 'Forbidden builtin'),
  SLP301: error('call', 'Forbidden function'),
  SLP401: error('pickle', 'Unsafe deserialization'),
  SLP402: warning('pickle', 'Serialization module'),
  SLP501: warning('dunder', 'Dunder access'),
  SLP601: error('syntax', 'Cannot parse'),
  SLP602: error('encoding', 'Unsupported source encoding'),
  SLP603: error('limit', 'Too complex to scan'),
  SLP701: error('archive', 'Unsafe path', 'Unsafe path in archive: {name}'),
  SLP702: error('archive', 'Not a regular file', 'Not a regular file or directory: {name}'),
  SLP703: error('archive', 'Duplicate name', 'Duplicate name in archive: {name}'),
  SLP704: error('archive', 'Inconsistent archive'),
  SLP705: error('archive', 'Archive exceeds a limit'),
  SLP706: error('archive', 'Unsupported zip feature'),
  SLP707: error('archive', 'Compiled code'),
  SLP708: error('archive', 'Nested archive'),
  SLP709: error('archive', 'Required file missing'),
  SLP710: error('archive', 'Not an archive', 'Not a readable archive: {name}'),
  SLP711: warning('archive', 'Pickle payload'),
  SLP712: warning('archive', 'Unsupported dependency declaration'),
  SLP713: error('archive', 'Code that cannot be scanned'),
  SLP801: warning('dynamic', 'Unresolvable lookup', 'Unresolvable lookup on {name}'),
  SLP901: error('go-package', 'Forbidden Go package or function', 'Forbidden in Go plugins: {name}'),
  SLP902: error('go-native', 'Native code or compiler directive'),
  SLP903: error('go-module', 'Not buildable from this source alone', 'Cannot be built from this source alone: {name}'),
  SLP904: warning('go-caution', 'Needs review'),
  SLP905: error('go-capability', 'Capability that needs a waiver'),
  SLP906: warning('go-capability', 'Network without a granted host'),
  SLM101: error('manifest', 'Invalid name or version', '{name}'),
  SLM102: error('manifest', 'Invalid feature', '{name}'),
  SLM103: error('manifest', 'Invalid feature_uri', '{name}'),
  SLM104: error('manifest', 'Manifest exceeds a limit', '{name}'),
  SLM106: error('manifest', 'Dependency not allowed', '{name}'),
  SLM107: error('manifest', 'Invalid permissions', '{name}'),
  SLM108: error('manifest', 'Invalid schema', '{name}'),
  SLM109: error('manifest', 'Unknown resource type or placement, or invalid GPUs', '{name}'),
  SLM110: error('manifest', 'Invalid number of instances', '{name}'),
  SLM111: error('manifest', 'Invalid release plan', '{name}'),
  SLM112: error('manifest', 'Invalid batching', '{name}'),
  SLM201: error('structure', 'Missing pipeline entry point', '{name}'),
  SLM301: error('structure', 'Missing realtime handler', '{name}'),
  SLM401: warning('manifest', 'Version overridden by the registry', '{name}'),
  SLM402: warning('manifest', 'Manifest field ignored', '{name}'),
  SLM403: warning('manifest', 'Feature not in output_schema', '{name}'),
  SLM404: warning('manifest', 'feature_uri without an endpoint or feature', '{name}'),
  SLM405: warning('manifest', 'Conflicting dependencies', '{name}'),
  SLM406: warning('manifest', 'Dependency not on the list', '{name}'),
  SLM407: warning('manifest', 'Import of an undeclared package', '{name}'),
  SLM408: warning('manifest', 'Network access not asked for', '{name}'),
  SLM409: warning('manifest', 'Schema without effect', '{name}'),
  SLM410: warning('manifest', 'GPU, which not every installation has', '{name}'),
  SLM411: warning('structure', 'Import of a missing file', '{name}'),
  SLM412: warning('structure', 'Folder without __init__.py', '{name}'),
  SLM421: warning('structure', 'Unusual batch column', '{name}'),
  SLM422: warning('structure', 'Row-by-row loop', '{name}'),
  SLU101: warning('upload', 'Size differs from the announced one', 'Size differs: {name}'),
  SLU102: error('upload', 'File looks like a secret', '{name}'),
  SLU103: error('upload', 'Name with too many combining marks'),
};

export type RuleId = keyof typeof rules;

/**
 * Returns whether an organization may waive the rule for a plugin (scan policy §8b). Rules about unreadable or misleading content, or
 * plugins that can't work, can't be waived.
 */
export function isWaivable(ruleId: RuleId): boolean {
  return !/^(?:SLP6|SLP70|SLP710|SLM|SLU)/.test(ruleId);
}

/** Returns whether the rule applies only to uploads. It isn't part of the scan policy, and never changes a version's verdict. */
export function isUploadRule(ruleId: RuleId): boolean {
  return ruleId.startsWith('SLU');
}

/** Returns whether the rule applies only at the strict level (scan policy §9). */
export function isStrictOnly(ruleId: RuleId): boolean {
  return /^SLP1[1-9]\d$/.test(ruleId);
}

export const ruleIds = Object.keys(rules) as [RuleId, ...RuleId[]];
