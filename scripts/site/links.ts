// Checks the built pages: links must point to existing pages and anchors, and nothing may be loaded from other sites.
import { posix } from 'node:path';

const id = /\sid="([^"]*)"/g;
const target = /<(a|link|script|img)\s[^>]*?(?:href|src)="([^"]*)"/g;

/** Returns one line per fault. `files` are the site's files by path; files that aren't pages have no text. */
export function linkFaults(files: ReadonlyMap<string, string>, base: string): { links: number; faults: string[] } {
  const anchors = new Map(
    [...files].map(([path, html]) => [path, new Set([...html.matchAll(id)].map(([, name]) => name))]),
  );
  const faults: string[] = [];
  let links = 0;
  for (const [path, html] of files)
    for (const [, element, href = ''] of html.matchAll(target)) {
      links += 1;
      if (/^(?:https?:)?\/\//.test(href)) {
        if (element !== 'a') faults.push(`${path}: loads ${href}`);
        continue;
      }
      if (/^(?:mailto|data):/.test(href)) continue;
      const [to = '', anchor] = href.split('#');
      const resolved = to === '' ? path : fileOf(posix.join('/', posix.dirname(path), to), to, base);
      const found = anchors.get(resolved);
      if (!found) faults.push(`${path}: ${href} points to a missing page`);
      else if (anchor && !found.has(decodeURIComponent(anchor)))
        faults.push(`${path}: ${href} points to a missing heading`);
    }
  return { links, faults };
}

function fileOf(relative: string, to: string, base: string): string {
  const path = to.startsWith(base) ? to.slice(base.length) : relative.slice(1);
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}
