// Creates DOM elements. Strings are always set as text, so nothing on a page is parsed as markup.

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Splits text into paragraphs, and formats text in backticks as code. */
export function prose(text = ''): HTMLElement[] {
  return text === '' ? [] : text.split('\n\n').map((paragraph) => element('p', {}, ...inline(paragraph)));
}

export function inline(text: string): (Node | string)[] {
  return text.split('`').map((part, i) => (i % 2 === 1 ? element('code', {}, part) : part));
}

/** Shows the method in uppercase and in its color. */
export function methodBadge(method: string): HTMLElement {
  return element('span', { class: `method ${method}` }, method.toUpperCase());
}

const copiedMs = 1500;

/** A code block with a copy button. `show` replaces its text. */
export function codeBlock(label: string, text = ''): { node: HTMLElement; show(text: string): void } {
  const code = element('code', {}, text);
  const button = element('button', { type: 'button', class: 'small', 'aria-label': `Copy ${label}` }, 'Copy');
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code.textContent ?? '');
    button.textContent = 'Copied';
    setTimeout(() => button.replaceChildren('Copy'), copiedMs);
  });
  // Focusable, so that a block wider than the page can be scrolled with the keyboard. A group instead of a region, because regions are
  // landmarks and a page would have too many.
  const block = element('pre', { tabindex: '0', role: 'group', 'aria-label': label }, code);
  return {
    node: element('div', { class: 'block' }, button, block),
    show: (shown) => {
      code.textContent = shown;
    },
  };
}
