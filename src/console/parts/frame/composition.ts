// Tells keys of an input method from keys that the page may act on.

/**
 * Returns whether an input method or a dead key uses the key. Safari sends the Enter that ends a composition after the composition, and
 * Chromium the first key before it: both only have the key code 229.
 */
export function isComposing(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return event.isComposing || event.keyCode === 229;
}
