// What a page does when the server restarts, the session ends, an answer doesn't come, or the program was replaced.
import { expect, test } from '@playwright/test';
import { PASSWORD, emailOf, follow, signIn, signUp, unique, visitor } from './people.mjs';
import { click, network } from './network.mjs';
import { behindProxy, program } from './program.mjs';

const LOST = 'Not live — reconnecting…';
const SIGNED_OUT = 'You are signed out';
const OUTDATED = 'This page is older than the server: reload it.';

/** Opens a page and waits until it is hydrated: only then it shows which theme was stored. */
async function openHydrated(page, path) {
  await page.addInitScript(() => { try { localStorage.setItem('theme', 'light'); } catch { /* no page yet */ } });
  await page.goto(path);
  await expectHydrated(page);
}

const expectHydrated = (page) => expect(page.locator('.theme-switch [aria-pressed="true"]')).toHaveText('Light');

/** Lets forms be sent to nobody, as with a network that swallows everything. */
const swallowForms = (page) => page.route((url) => !url.pathname.startsWith('/rpc/'), (route) => route.request().method() === 'POST' ? undefined : route.fallback());

/** Waits until a page that says it isn't live is so again. */
async function expectLiveAgain(page, bringBack) {
  await expect(page.getByText(LOST)).toBeVisible();
  await bringBack();
  await expect(page.getByText(LOST)).toBeHidden({ timeout: 40_000 });
}

test('an open page is live again after its server was away, and says so meanwhile', { tag: '@hydrated' }, ({ browser }) => behindProxy(async (own, front) => {
  const page = await signUp(browser, 'partner', unique('partner'), { baseURL: front.address });
  await follow(page, '/partner/clicks?page=1');
  await expect(page.getByText(LOST)).toBeHidden();

  // Two answers of a proxy at least: an `EventSource` alone would have given up at the first.
  front.lose();
  await expect(page.getByText(LOST)).toBeVisible();
  await page.waitForTimeout(3_000);
  await expectLiveAgain(page, () => front.find());

  await own.stop();
  await expectLiveAgain(page, own.start);

  // Ended elsewhere: said at once, with a way back to this very page.
  const ended = await page.context().request.post('/rpc/sign_out', { headers: { 'Sec-Fetch-Site': 'same-origin' } });
  expect(ended.ok()).toBe(true);
  await expect(page.getByText(SIGNED_OUT)).toBeVisible({ timeout: 3_000 });
  const back = page.getByRole('link', { name: 'Sign in and come back' });
  await expect(back).toHaveAttribute('href', '/signin?next=%2Fpartner%2Fclicks%3Fpage%3D1');
}));

test('what was opened while the server was away is there when it is back', { tag: '@hydrated' }, ({ browser }) => behindProxy(async (own, front) => {
  const page = await signUp(browser, 'partner', unique('partner'), { baseURL: front.address });
  await follow(page, '/partner/clicks');
  await expect(page.getByText(LOST)).toBeHidden();
  front.lose();
  await expect(page.getByText(LOST)).toBeVisible();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Conversions', exact: true }).click();
  await expect(page.getByText('The site can\'t be reached')).not.toHaveCount(0);
  front.find();
  await expect(page.getByText('The site can\'t be reached')).toHaveCount(0, { timeout: 20_000 });
  // Also what doesn't change with each click.
  await expect(page.getByRole('button', { name: 'Filter' })).toBeVisible();
  await expect(page.getByText('No conversions yet')).toBeVisible();
}));

test('a list that could not be loaded is asked for again though the page is live', { tag: '@hydrated' }, async ({ browser }) => {
  const page = await signUp(browser, 'partner', unique('partner'));
  await openHydrated(page, '/partner/clicks');
  await expect(page.getByText(LOST)).toBeHidden();
  await page.route('**/rpc/list_conversions', (route) => route.abort());
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Conversions', exact: true }).click();
  await expect(page.getByText('The site can\'t be reached')).toBeVisible();
  await page.unroute('**/rpc/list_conversions');
  await expect(page.getByText('No conversions yet')).toBeVisible({ timeout: 10_000 });
  await expect(page.getByText(LOST)).toBeHidden();
});

test('a session that ends while the server is away is said when it is back', { tag: '@hydrated' }, ({ browser }) => behindProxy(async (own, front) => {
  const page = await signUp(browser, 'partner', unique('partner'), { baseURL: front.address });
  await follow(page, '/partner/clicks');
  front.lose();
  await expect(page.getByText(LOST)).toBeVisible();
  await page.context().clearCookies();
  front.find();
  await expect(page.getByText(SIGNED_OUT)).toBeVisible({ timeout: 20_000 });
}));

test('a button works again after a form got no answer', { tag: '@hydrated' }, async ({ browser }) => {
  const page = await visitor(browser);
  const button = page.locator('main').getByRole('button', { name: /Sign(ing)? in/ });
  await openHydrated(page, '/signin');
  await swallowForms(page);
  const send = async () => {
    await page.getByLabel('Email').fill(emailOf('nobody'));
    await page.getByLabel('Password').fill(PASSWORD);
    await button.click();
    await expect(button).toBeDisabled();
  };

  // Stopped while it is sent, and then never answered at all: said in place, with what was typed.
  const unreachable = page.locator('main').getByText('The site can\'t be reached');
  await send();
  await expect(unreachable).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(button).toBeEnabled({ timeout: 2_000 });
  await expect(unreachable).toBeVisible();
  await send();
  await expect(button).toBeEnabled({ timeout: 25_000 });
  await expect(unreachable).toBeVisible();
  await expect(page.getByLabel('Password')).toHaveValue(PASSWORD);
});

test('a click that comes while a form is sent leaves its button alone', { tag: '@hydrated' }, async ({ browser, request }) => {
  const { offerPath, link, pages: { partner } } = await network(browser);
  const button = partner.locator('main').getByRole('button', { name: /Save|Saving/ });
  const clicks = partner.locator('.stat', { hasText: 'Clicks' }).locator('.stat__value');
  await openHydrated(partner, offerPath);
  await partner.getByLabel('Commission terms').fill('what is typed stays');
  await swallowForms(partner);
  await button.click();
  await expect(button).toBeDisabled();
  await click(request, link);
  await expect(clicks).toHaveText('1');
  await expect(button).toBeDisabled();
  await expect(partner.getByLabel('Commission terms')).toHaveValue('what is typed stays');
});

test('who comes back to a page is not told again what was refused there', { tag: '@hydrated' }, async ({ browser }) => {
  const page = await visitor(browser);
  const refused = page.getByText('Wrong email or password.');
  await openHydrated(page, '/signin');
  await signIn(page, 'nobody');
  await expect(refused).toBeVisible();
  await expectHydrated(page);
  const loaded = await page.evaluate(() => performance.timeOrigin);
  await page.getByRole('banner').getByRole('link', { name: 'Sign up' }).click();
  await expect(page).toHaveURL(/\/signup$/);
  await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/signin$/);
  await expect(page.locator('main').getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(refused).toBeHidden();
  expect(await page.evaluate(() => performance.timeOrigin), 'no page came from the server').toBe(loaded);
});

test('a page of an older build says that there is a new one, and loads it', { tag: '@hydrated' }, async ({ browser }) => {
  const page = await signUp(browser, 'partner', unique('partner'));
  const notice = page.getByText('A new version is here');
  const told = page.waitForResponse((answer) => answer.url().includes('/events'));
  await openHydrated(page, '/partner/clicks');
  await told;
  await expect(notice).toBeHidden();

  const newer = { contentType: 'text/event-stream', body: 'event: build\ndata: another\n\nevent: change\ndata: 1\n\n' };
  await page.route('**/events*', (route) => route.fulfill(newer));
  await page.goto('/partner/settings');
  await expect(notice).toBeVisible();
  // The next page comes from the server, and isn't made by the old build.
  const load = page.waitForRequest((request) => request.isNavigationRequest() && request.url().endsWith('/partner/offers'));
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Offers', exact: true }).click();
  await load;
  await expect(page.getByRole('heading', { name: 'Offers', level: 1 })).toBeVisible();

  await expect(notice).toBeVisible();
  await page.unroute('**/events*');
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(notice).toBeHidden();
});

test('an answer of another build is explained', { tag: '@hydrated' }, async ({ browser }) => {
  const page = await signUp(browser, 'partner', unique('partner'));
  const answers = [
    [{ status: 404, contentType: 'application/json', body: '{"code":"outdated"}' }, OUTDATED],
    [{ status: 409, contentType: 'application/json', body: '{"code":"of_tomorrow"}' }, OUTDATED],
    [{ status: 200, contentType: 'application/json', body: '{"rows":"of tomorrow"}' }, OUTDATED],
    [{ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }, 'at the moment'],
  ];
  for (const [answer, text] of answers) {
    await openHydrated(page, '/partner/settings');
    await page.route('**/rpc/list_offers', (route) => route.fulfill(answer));
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Offers', exact: true }).click();
    await expect(page.getByText(text)).toBeVisible();
    await page.unroute('**/rpc/list_offers');
  }
  const unknown = await page.context().request.post('/rpc/of_yesterday', { headers: { 'Sec-Fetch-Site': 'same-origin' } });
  expect(unknown.status()).toBe(404);
  expect(await unknown.json()).toEqual({ code: 'outdated' });
});

test('whoever opens a site of https by another address is told where to sign in', async ({ browser }) => {
  const own = await program({ PUBLIC_URL: 'https://network.example' });
  await own.start();
  try {
    // No address of one's own machine: there a browser keeps the cookie.
    const opened = `http://wrong.test:${own.port}`;
    const page = await visitor(browser, { baseURL: opened });
    const sentence = page.getByText(`You opened ${opened}, but this site is https://network.example.`);
    await page.goto('/partner');
    await expect(page).toHaveURL(/\/signin\?next=/);
    await expect(sentence).toBeVisible();
    await page.getByLabel('Email').fill(emailOf('nobody'));
    await page.getByLabel('Password').fill(PASSWORD);
    const answer = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().includes('/signin'));
    await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
    expect((await answer).status()).toBe(403);
    await expect(sentence).toBeVisible();
  } finally {
    await own.end();
  }
});
