// Making elements. Text is only ever set as text: nothing of the document is read as markup.

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Paragraphs of text, with what stands between backticks as code.
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
 * Code with a button that copies it.
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
  return element('div', { class: 'code' }, button, element('pre', {}, element('code', {}, text)));
}
