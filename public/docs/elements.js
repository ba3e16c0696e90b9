// Creates DOM elements. Strings are always set as text: nothing in the document is parsed as markup.

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * Splits text into paragraphs, with text between backticks as code.
 * @param {string | undefined} text
 */
export function prose(text = '') {
  return text.split('\n\n').map((paragraph) => element('p', {}, ...inline(paragraph)));
}

/** @param {string} text */
export function inline(text) {
  return text.split('`').map((part, i) => (i % 2 === 1 ? element('code', {}, part) : part));
}

/**
 * A code block with a button that copies it.
 * @param {string} text
 * @param {string} label
 */
export function codeBlock(text, label) {
  const button = element('button', { type: 'button', 'aria-label': `Copy ${label}` }, 'Copy');
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
    setTimeout(() => button.replaceChildren('Copy'), 1500);
  });
  // Focusable, so that the keyboard can scroll a block that is wider than the page. A group, since hundreds of regions would be landmarks.
  const block = element('pre', { tabindex: '0', role: 'group', 'aria-label': label }, element('code', {}, text));
  return element('div', { class: 'code' }, button, block);
}
