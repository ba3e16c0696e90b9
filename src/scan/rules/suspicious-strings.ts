// What string literals of the strict level give away (scan policy §9): paths of credentials (SLP150), places that stolen data goes
// to (SLP151).
import { Kind } from '../kinds.ts';
import { type Rule, rangeOf } from './rule.ts';

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
const url = /\b(?:https?|wss?|ftp):\/\/(?:[^\s/@"']*@)?(\[[\da-f:.]+\]|[\w.-]+)/gi;
const privateAddress =
  /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|22[4-9]|2[3-5]\d)\./;

export const suspiciousStringRule: Rule = {
  kinds: [Kind.string],
  check({ constants, report, tree }, string) {
    const value = constants.fold(string);
    const text = value?.kind === 'text' || value?.kind === 'bytes' ? value.value : tree.source(string);
    const path = credentials.find((pattern) => pattern.test(text));
    if (path) report.add('SLP150', rangeOf(tree, string), shortened(text));
    for (const [, host = ''] of text.matchAll(url)) {
      if (isSuspicious(host)) report.add('SLP151', rangeOf(tree, string), host);
    }
  },
};

function isSuspicious(host: string): boolean {
  if (/^\d+(?:\.\d+){3}$/.test(host)) return !privateAddress.test(host);
  return hosts.test(host) || suspiciousTopLevel.test(host);
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
