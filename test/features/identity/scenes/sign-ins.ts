// Expects that a browser's return from an issuer gets no session.
import { expect } from 'vitest';
import type { Browser } from './sign-in.ts';

export const minute = 60_000;

export const refused = async (page: { status: number; text: string }, browser: Browser, text: string) => {
  expect(page.text).toContain(text);
  expect(page.status).toBe(400);
  expect(browser.cookies.has('__Host-slipway')).toBe(false);
};
