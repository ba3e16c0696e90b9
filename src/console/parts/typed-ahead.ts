// Buffers keys pressed while a dialog's or menu's code loads, and replays them when it has focus.
import { isComposing } from './frame/composition.ts';

let kept: KeyboardEvent[] | undefined;
let giveUp: () => void = () => undefined;

/** Keys other than text that a dialog or menu may expect. */
const namedKeys = /^(?:Arrow\w+|Backspace|End|Enter|Escape|Home|Tab)$/;

function keep(event: KeyboardEvent): void {
  const { key } = event;
  const isText = key.length === 1;
  if (event.ctrlKey || event.metaKey || event.altKey || isComposing(event) || !(isText || namedKeys.test(key))) return;
  event.preventDefault();
  event.stopPropagation();
  if (key === 'Escape') giveUp();
  else if (isText || !event.repeat) kept?.push(event);
}

/** Starts buffering keys. Escape cancels. Returns a function that stops without replaying them. */
export function keepKeys(givenUp: () => void): () => void {
  const own: KeyboardEvent[] = [];
  kept = own;
  giveUp = givenUp;
  addEventListener('keydown', keep, { capture: true });
  return () => {
    if (kept === own) dropKeys();
  };
}

function dropKeys(): void {
  kept = undefined;
  removeEventListener('keydown', keep, { capture: true });
}

/**
 * Replays the buffered keys, each after React has rendered the previous one's effect. The browser's default actions don't run, so Enter
 * can't submit a form that nobody has seen. Drops keys after a Tab: they were intended for another field.
 */
export async function giveKeys(): Promise<void> {
  const keys = kept ?? [];
  dropKeys();
  for (const { key } of keys) {
    if (key === 'Tab') return;
    press(key);
    await null;
  }
}

function press(key: string): void {
  const target = document.activeElement;
  const isText = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  if (isText && (key.length === 1 || key === 'Backspace')) {
    const end = target.value.length;
    target.setRangeText(key === 'Backspace' ? '' : key, key === 'Backspace' ? Math.max(0, end - 1) : end, end, 'end');
    target.dispatchEvent(new InputEvent('input', { bubbles: true }));
  } else target?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}
