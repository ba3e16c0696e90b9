// Where links and pictures of a README lead: to files of the same version, to headings, or out. Anything else stays text.
import { headingId } from '../../../parts/markdown/heading-ids.ts';

export type LinkTarget =
  | { kind: 'out'; href: string }
  /** `line` is its anchor in the page of the source. */
  | { kind: 'file'; path: string; line: string | undefined }
  | { kind: 'heading'; id: string }
  | { kind: 'none' };

const none: LinkTarget = { kind: 'none' };
const protocolsOut = new Set(['http:', 'https:', 'mailto:']);
/** Browsers drop control characters from URLs, and read `\` as `/`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const disguising = /[\u0000-\u0020\u007f-\u009f\\]/;
const scheme = /^[a-z][a-z0-9+.-]*:/i;

/** Returns where a link leads. `readmePath` is the README's own path in the archive. */
export function linkTarget(href: string, readmePath: string): LinkTarget {
  if (disguising.test(href)) return none;
  if (href.startsWith('#')) return headingTarget(href.slice(1));
  if (scheme.test(href)) return outTarget(href);
  const path = fileIn(href, readmePath);
  const [, line] = /#(L\d{1,9})(?:-L?\d+)?$/.exec(href) ?? [];
  return path === undefined ? none : { kind: 'file', path, line };
}

/** Returns the path of a picture in the archive, or undefined if it is elsewhere. */
export function picturePath(src: string, readmePath: string): string | undefined {
  if (disguising.test(src) || scheme.test(src) || src.startsWith('#')) return undefined;
  const path = fileIn(src, readmePath);
  return path !== undefined && /\.(?:png|jpe?g|gif|webp)$/i.test(path) ? path : undefined;
}

function headingTarget(fragment: string): LinkTarget {
  const text = decoded(fragment);
  return text === undefined || text === '' ? none : { kind: 'heading', id: headingId(text) };
}

/** A name and password in a URL serve only to make it look like another. */
function outTarget(href: string): LinkTarget {
  const url = URL.parse(href);
  if (!url || !protocolsOut.has(url.protocol) || url.username !== '' || url.password !== '') return none;
  return { kind: 'out', href: url.href };
}

/** Returns a normalized path inside the archive. A leading `/` stands for the archive's root. */
function fileIn(reference: string, readmePath: string): string | undefined {
  if (reference.startsWith('//')) return undefined;
  const path = decoded(reference.replace(/[?#].*$/s, ''));
  if (path === undefined || path === '' || /[\\\p{Cc}]/u.test(path)) return undefined;
  const segments = path.startsWith('/') ? [] : readmePath.split('/').slice(0, -1);
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
    }
  }
  return segments.length === 0 ? undefined : segments.join('/');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
