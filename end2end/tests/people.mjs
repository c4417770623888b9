// People, each in a browser of their own: signing up and in, and saying yes when asked.
import { expect } from '@playwright/test';

export const PASSWORD = 'correct horse battery';
let counter = 0;
let adminState;

/** A name nobody has had in this run. */
export const unique = (what) => `${what}-${process.pid}-${Date.now().toString(36)}-${counter += 1}`;

export const emailOf = (name) => `${name}@test.example`;

/** A page in a fresh browser, at a client address of its own, so that nobody uses up another's tries. */
export async function visitor(browser, options = {}) {
  const bytes = Array.from({ length: 3 }, () => Math.floor(Math.random() * 256));
  const extraHTTPHeaders = { 'X-Forwarded-For': `10.${bytes.join('.')}` };
  return (await browser.newContext({ extraHTTPHeaders, ...options })).newPage();
}

/** Fills in the page of signing in, and sends it. */
export async function signIn(page, name, password = PASSWORD) {
  await page.getByLabel('Email').fill(emailOf(name));
  await page.getByLabel('Password').fill(password);
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
}

/** Signs up and in with a fresh browser, and returns its page. */
export async function signUp(browser, role, name, options = {}) {
  const page = await visitor(browser, options);
  await page.goto(`/signup?role=${role}`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Email').fill(emailOf(name));
  await page.getByLabel('Password').fill(PASSWORD);
  await page.locator('main').getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL(/\/signin/);
  await signIn(page, name);
  await expect(page).toHaveURL(new RegExp(`/${role}$`));
  return page;
}

/** The network's admin: made through the address that the program printed, or signed in; once per worker. */
export async function admin(browser) {
  const page = await visitor(browser, { storageState: adminState });
  if (adminState) {
    await page.goto('/admin');
  } else if ((await page.goto(process.env.SETUP_URL)).status() === 200) {
    await page.getByLabel('Name').fill('Admin');
    await page.getByLabel('Email').fill(emailOf('admin'));
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create the admin' }).click();
  } else {
    await page.goto('/signin');
    await signIn(page, 'admin');
  }
  await expect(page).toHaveURL(/\/admin$/);
  adminState = await page.context().storageState();
  return page;
}

/** Opens a page and waits until it listens (its stream, and not that of the page before, has begun): it says so nowhere. */
export async function follow(page, path) {
  const stream = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/events' && answer.frame().url().endsWith(path));
  await page.goto(path);
  expect((await stream).status()).toBe(200);
}

/** Presses a button that asks first: opens the question, which hides the button that does it, and says yes. */
export async function confirm(scope, question, yes) {
  const button = scope.locator('.confirm__panel').getByRole('button', { name: yes, exact: true });
  await expect(button).toBeHidden();
  await scope.locator('summary', { hasText: question }).click();
  await button.click();
}
