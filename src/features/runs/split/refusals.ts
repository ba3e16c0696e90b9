// Errors for inputs that can't be split.

/** The input can't be split. The message tells the run's author why. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused';
}

/** Thrown if a CSV has an unclosed quote. The quote's line number is found by reading the input again. */
export class OpenQuote extends Error {
  override readonly name = 'OpenQuote';
  /** Number of input bytes before the quote. */
  readonly at: number;

  constructor(at: number) {
    super(`The quote at byte ${at} of the CSV is never closed.`);
    this.at = at;
  }
}

export function inputReplaced(): InputRefused {
  return new InputRefused('The input was replaced or removed after the run was started.');
}
