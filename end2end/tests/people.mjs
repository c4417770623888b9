// Signing up and in, as people do it in a browser.
import { expect } from '@playwright/test';

export const PASSWORD = 'correct horse battery';
let counter = 0;

/** A name nobody has had in this run. */
export const unique = (what) => `${what}-${process.pid}-${Date.now().toString(36)}-${counter += 1}`;

/** Signs up in a fresh browser context and returns its page. */
export async function signUp(browser, options, role, name) {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`/signup?role=${role}`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Email').fill(`${name}@test.example`);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.locator('main').getByRole('button', { name: /sign up|create/i }).click();
  await expect(page).toHaveURL(/\/signin/);
  await page.getByLabel('Email').fill(`${name}@test.example`);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(new RegExp(`/${role}$`));
  return page;
}

/** The network's admin: made through the address that the program printed, or signed in. */
export async function admin(browser, options) {
  const page = await (await browser.newContext(options)).newPage();
  const answer = await page.goto(process.env.SETUP_URL);
  const email = 'admin@test.example';
  if (answer.status() === 200) {
    await page.getByLabel('Name').fill('Admin');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button').filter({ hasText: /admin|account|set up/i }).click();
  } else {
    await page.goto('/signin');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
  }
  await expect(page).toHaveURL(/\/admin$/);
  return page;
}
