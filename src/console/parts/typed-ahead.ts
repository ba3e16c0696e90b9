// Keeps the keys that are pressed while the code of a dialog or a menu is loaded, and gives them to it when it has the focus.

let kept: KeyboardEvent[] | undefined;
let giveUp: () => void = () => undefined;

/** Keys that a dialog or a menu may be meant to get, beside text. */
const namedKeys = /^(?:Arrow\w+|Backspace|End|Enter|Escape|Home|Tab)$/;

function keep(event: KeyboardEvent): void {
  const { key } = event;
  const isText = key.length === 1;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !(isText || namedKeys.test(key))) return;
  event.preventDefault();
  event.stopPropagation();
  if (key === 'Escape') giveUp();
  else if (isText || !event.repeat) kept?.push(event);
}

/** Begins to keep keys. Escape gives up what they are meant for. Returns what ends it without giving them to anything. */
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
 * Presses the kept keys again, each after React has drawn what the one before changed. What a browser itself does with a key does not
 * happen, so that Enter sends no form that nobody has seen. What follows a Tab is left out: it was meant for another field.
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
