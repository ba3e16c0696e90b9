// Checks string literals at the strict level (scan policy §9): credential paths (SLP150) and destinations typical of stolen data
// (SLP151). Each literal is checked on its own, so tokens suffice and no tree is needed.
import { decodeEscapes, stringLiteral } from '../constants/literals.ts';
import type { Range, Report } from '../file/report.ts';
import { Token, type Tokens } from '../syntax/token.ts';

const credentials: readonly RegExp[] = [
  /(?:^|[/\\~])\.ssh(?:[/\\]|$)/,
  /\.aws[/\\]credentials/,
  /(?:^|[/\\])\.(?:netrc|pypirc|npmrc|git-credentials)$/,
  /^\/etc\/(?:passwd|shadow)/,
  /\/proc\/(?:self|\d+)\/environ/,
  /\b169\.254\.169\.254\b/,
  /\bmetadata\.google\.internal\b/,
];

const hosts =
  /^(?:[\w-]+\.)*(?:pastebin\.com|paste\.ee|hastebin\.com|dpaste\.(?:com|org)|ghostbin\.\w+|transfer\.sh|webhook\.site|requestbin\.(?:com|net)|pipedream\.net|beeceptor\.com|hookbin\.com|ngrok\.(?:io|app|dev)|ngrok-free\.app|trycloudflare\.com|localtunnel\.me|loca\.lt|serveo\.net|api\.telegram\.org|t\.me|discord(?:app)?\.com|oast\.\w+|interact\.sh|burpcollaborator\.net)$/i;
const suspiciousTopLevel = /\.(?:tk|ml|ga|cf|gq|top|xyz|click|zip|mov|onion)$/i;
/** API hosts that plugins do call, although their top-level domain has a bad reputation. */
const knownHosts = /^(?:[\w-]+\.)?(?:together\.xyz|hyperbolic\.xyz)$/i;
const url = /\b(?:https?|wss?|ftp):\/\/(?:[^\s/@"']*@)?(\[[\da-f:.]+\]|[\w.-]+)/gi;
const privateAddress =
  /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|22[4-9]|2[3-5]\d)\./;

/** Cheap check of a literal's source. Every pattern needs one of these strings, or an escape sequence that may hide one. */
const candidate =
  /\.(?:ssh|aws|netrc|pypirc|npmrc|git-credentials)|\/etc\/|\/proc\/|169\.254|metadata|PYTHONBREAKPOINT|:\/\/|\\[xuUN0-7\n]/;

export function checkStrings(text: string, tokens: Tokens, report: Report): void {
  const formatStarts: number[] = [];
  for (let index = 0; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.fStringStart) formatStarts.push(tokens.start(index));
    const isWhole = kind === Token.string || kind === Token.bytes;
    const start = kind === Token.fStringEnd ? formatStarts.pop() : isWhole ? tokens.start(index) : undefined;
    if (start === undefined) continue;
    const range = { start, end: tokens.end(index) };
    const source = text.slice(range.start, range.end);
    if (candidate.test(source)) checkString(source, range, { report, isDocumentation: isStatement(tokens, index) });
  }
}

/** Returns whether the literal is a whole statement, which is a docstring or text that nothing reads. */
function isStatement(tokens: Tokens, index: number): boolean {
  return statementStarts.has(tokens.kind(index - 1)) && tokens.kind(index + 1) === Token.newline;
}

const statementStarts: ReadonlySet<number> = new Set([Token.end, Token.newline, Token.indent, Token.dedent]);

function checkString(
  source: string,
  range: Range,
  { isDocumentation, report }: { report: Report; isDocumentation: boolean },
): void {
  const value = stringLiteral(source);
  const text =
    value?.kind === 'text' || value?.kind === 'bytes' ? value.value : (decodeEscapes(source, false) ?? source);
  const path = credentials.find((pattern) => pattern.test(text));
  if (path && !isDocumentation) report.add('SLP150', range, truncated(text));
  if (text === 'PYTHONBREAKPOINT') report.addEntry({ ruleId: 'SLP121' }, range, text);
  for (const [, host = ''] of text.matchAll(url)) {
    if (isSuspicious(host)) report.add('SLP151', range, host);
  }
}

/** Part of the policy's fingerprint (scripts/testing/policy-fingerprint.ts). */
export const stringPatterns = { credentials, hosts, knownHosts, suspiciousTopLevel, privateAddress };

function isSuspicious(host: string): boolean {
  if (/^\d+(?:\.\d+){3}$/.test(host)) return !privateAddress.test(host);
  return hosts.test(host) || (suspiciousTopLevel.test(host) && !knownHosts.test(host));
}

function truncated(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
