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

/** Splits text into paragraphs, formatting text in backticks as code. */
export function prose(text = ''): HTMLElement[] {
  return text === '' ? [] : text.split('\n\n').map((paragraph) => element('p', {}, ...inline(paragraph)));
}

export function inline(text: string): (Node | string)[] {
  return text.split('`').map((part, i) => (i % 2 === 1 ? element('code', {}, part) : part));
}

/** Uppercase, in the method's color. */
export function methodBadge(method: string): HTMLElement {
  return element('span', { class: `method ${method}` }, method.toUpperCase());
}

const copiedMs = 1500;

/** A code block with a button that copies it. `show` replaces its text. */
export function codeBlock(label: string, text = ''): { node: HTMLElement; show(text: string): void } {
  const code = element('code', {}, text);
  const button = element('button', { type: 'button', class: 'small', 'aria-label': `Copy ${label}` }, 'Copy');
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code.textContent ?? '');
    button.textContent = 'Copied';
    setTimeout(() => button.replaceChildren('Copy'), copiedMs);
  });
  // Focusable, so that keyboards can scroll a block wider than the page. A group, because a page full of regions would have too many
  // landmarks.
  const block = element('pre', { tabindex: '0', role: 'group', 'aria-label': label }, code);
  return {
    node: element('div', { class: 'block' }, button, block),
    show: (shown) => {
      code.textContent = shown;
    },
  };
}
