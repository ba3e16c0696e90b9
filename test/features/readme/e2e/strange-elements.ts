// Finds what a README must not put on the page.

/** Everything that Markdown may become. */
const tags =
  'h3 h4 h5 h6 p ul ol li blockquote em strong s a img code pre span div br hr table thead tbody tr th td section input button';

/** A script for the page. It returns the README's elements that are no plain text, links to allowed places or pictures of the archive. */
export const strangeElements = String.raw`(() => {
  const tags = new Set('${tags}'.split(' '));
  const picture = /^\/v1\/namespaces\/\w+\/plugins\/\w+\/readme\/image\?path=(?!.*\.\.(?:%2F|\/))/i;
  const link = /^(?:https?:\/\/|mailto:|#readme-|\/n\/)/;
  const attribute = /^(?:on|style|name|form|srcset|action)/;
  const isStrange = (element) => {
    const { id, localName } = element;
    if (element.closest('svg.icon[aria-hidden=true]')) return false;
    if (!tags.has(localName) || element.getAttributeNames().some((name) => attribute.test(name))) return true;
    if (id !== '' && !id.startsWith('readme-')) return true;
    if (localName === 'img') return !picture.test(element.getAttribute('src'));
    if (localName === 'a') return !link.test(element.getAttribute('href'));
    return localName === 'input' && !element.disabled;
  };
  return [...document.querySelectorAll('.readme-text *')].filter(isStrange).map(({ outerHTML }) => outerHTML.slice(0, 200));
})()`;
