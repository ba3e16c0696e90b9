// Does tasks in the console as someone who knows only the words on the pages.
import type { Page } from 'playwright-core';

/** Clicks elements by their text and counts the clicks. */
export class Reader {
  clicks = 0;
  readonly #page: Page;
  readonly #startedAt = performance.now();
  constructor(page: Page) {
    this.#page = page;
  }

  async click(text: string | RegExp): Promise<void> {
    this.clicks += 1;
    await this.#page.getByText(text).filter({ visible: true }).first().click();
  }

  report(task: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    process.stdout.write(`${task}: ${this.clicks} clicks, ${seconds} s\n`);
  }
}
