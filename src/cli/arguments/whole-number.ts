// Parses the options that are whole numbers.
import { InvalidArgumentError } from 'commander';

/** Returns a parser of whole numbers from 1 to `max`. */
export function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= max) return number;
    throw new InvalidArgumentError(`Use a whole number from 1 to ${max}.`);
  };
}
