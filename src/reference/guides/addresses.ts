// Finds the addresses of guides, from the links between their documents.

/** Returns the address of what a link in a guide's file leads to: another guide, a heading, or another site. */
export function guideAddress(file: string, href: string): string {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href;
  const { hash, pathname } = new URL(href, `https://guides.invalid/${file}`);
  const name = pathname.replace(/^\//, '').replace(/(?:^|\/)index\.md$|\.md$/, '');
  return `${guideLink(name)}${hash}`;
}

/** Returns the address of a file next to the documents, such as a picture. */
export function guidePath(file: string, path: string): string {
  return `/docs/pages${new URL(path, `https://guides.invalid/${file}`).pathname}`;
}

/** Returns the address of a guide by its name. The first one has none. */
export function guideLink(page: string): string {
  return page === '' ? '/docs' : `/docs/guides/${page}`;
}
