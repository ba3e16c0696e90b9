// Signs a browser in with a link, as a person does: opens it, and answers the question with one click.
import type { Page } from 'playwright-core';

/** The page asks about the organization that `npm start` creates. */
export async function signInByLink(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('heading', { name: `Sign in to local on ${new URL(link).host}?` }).waitFor();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
