// Mutations of src/core and src/contract: URLs, digests, IDs, findings and verdicts.
import type { Mutation } from './mutation.ts';

const urls = 'test/core/external-url.test.ts';
const findings = 'test/contract/finding.test.ts';
const digests = 'test/core/digest.test.ts';
const sealing = 'test/access/sealing.test.ts';
const pages = 'test/core/page.test.ts';
const ids = 'test/core/ids.test.ts';
const canonical = 'test/core/canonical-json.test.ts';
const rules = 'test/contract/rules.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'loopback is always an external URL',
    file: 'src/core/external-url.ts',
    search: 'if (!allowLoopback)',
    replace: 'if (allowLoopback === undefined)',
    tests: [urls],
  },
  {
    name: 'a port other than 443 is allowed',
    file: 'src/core/external-url.ts',
    search: "if (url.port !== '') return { refused: 'it uses a port other than 443' };",
    replace: '',
    tests: [urls],
  },
  {
    name: 'an address counts as a public name',
    file: 'src/core/external-url.ts',
    search: 'labels.length > 1 && /^[a-z][a-z0-9-]+$/.test(last) &&',
    replace: 'labels.length > 1 &&',
    tests: [urls],
  },
  {
    name: 'internal names are public',
    file: 'src/core/external-url.ts',
    search: "'internal', ",
    replace: '',
    tests: [urls],
  },
  {
    name: 'a password in a URL is accepted',
    file: 'src/core/external-url.ts',
    search: "url.username !== '' || url.password !== ''",
    replace: "url.username !== ''",
    tests: [urls],
  },
  {
    name: 'a waived finding rejects',
    file: 'src/contract/findings/finding.ts',
    search: "if (severity === 'error' && !waiver) return 'reject';",
    replace: "if (severity === 'error') return 'reject';",
    tests: [findings],
  },
  {
    name: 'an error does not reject',
    file: 'src/contract/findings/finding.ts',
    search: "if (severity === 'error' && !waiver) return 'reject';",
    replace: '',
    tests: [findings],
  },
  {
    name: 'a note is a warning',
    file: 'src/contract/findings/finding.ts',
    search: "if (severity !== 'note') verdict = 'warn';",
    replace: "verdict = 'warn';",
    tests: [findings],
  },
  {
    name: 'findings of different names on a line are merged',
    file: 'src/contract/findings/finding.ts',
    search: 'JSON.stringify([f.file, f.line, f.ruleId, f.name])',
    replace: 'JSON.stringify([f.file, f.line, f.ruleId])',
    tests: [findings],
  },
  {
    name: 'secrets are compared by their length',
    file: 'src/core/digest.ts',
    search: 'difference |= left.charCodeAt(i) ^ right.charCodeAt(i);',
    replace: 'difference |= left.length ^ right.length;',
    tests: [digests],
  },
  {
    name: 'a sealed value can be moved',
    file: 'src/core/sealing.ts',
    search: "const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: encoder.encode(context) };",
    replace: "const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: encoder.encode(``) };",
    tests: [sealing],
  },
  {
    name: 'one of two secrets opens a sealed value',
    file: 'src/core/sealing.ts',
    search: 'salt: new Uint8Array(), info: encoder.encode(other)',
    replace: 'salt: new Uint8Array(), info: encoder.encode(``)',
    tests: [sealing],
  },
  {
    name: 'a page has no next cursor',
    file: 'src/core/page.ts',
    search: 'rows.length > limit && last',
    replace: 'rows.length > limit + 1 && last',
    tests: [pages],
  },
  {
    name: 'IDs of one millisecond are not in order',
    file: 'src/core/ids.ts',
    search: 'last = next > last ? next : last + 1n;',
    replace: 'last = next;',
    tests: [ids],
  },
  {
    name: 'any text is an ID',
    file: 'src/core/ids.ts',
    search: 'text.startsWith(prefix) && idBody.test',
    replace: 'text.startsWith(prefix) || idBody.test',
    tests: [ids],
  },
  {
    name: 'canonical JSON keeps the order of keys',
    file: 'src/core/canonical-json.ts',
    search: '(a < b ? -1 : 1)',
    replace: '(a < b ? -1 : -1)',
    tests: [canonical],
  },
  {
    name: 'a finding about unreadable content can be waived',
    file: 'src/contract/findings/rules.ts',
    search: '/^(?:SLP6|SLP70|SLP710|SLM|SLU)/',
    replace: '/^(?:SLP70|SLP710|SLM|SLU)/',
    tests: [rules],
  },
];
