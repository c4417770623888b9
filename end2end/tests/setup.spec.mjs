// The recipe of the guide, from signing up to the conversion in the dashboard; and what every page has to be.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { admin, follow, signIn, signUp, unique, visitor } from './people.mjs';
import { apiKey, click, fact, myOffer, network, postback, redirect, setPaused } from './network.mjs';

/** When an open page shows a text, or gives up: watched from inside, because polling from here would blur the second. */
const shown = (page, text) => page.evaluate((wanted) => new Promise((resolve) => {
  const main = document.querySelector('main');
  const look = () => { if (main.innerText.includes(wanted)) done(); };
  const observer = new MutationObserver(look);
  const done = () => { observer.disconnect(); resolve(Date.now()); };
  observer.observe(main, { childList: true, subtree: true, characterData: true });
  setTimeout(done, 10_000);
  look();
}), text);

/** How many milliseconds after `since` the last of these open pages shows its text. */
async function lastShown(since, expected) {
  const moments = await Promise.all(expected.map(([page, text]) => shown(page, text)));
  return Math.max(...moments) - since;
}

test('the recipe "Test your setup" works from sign-up to the conversion in the dashboard', async ({ browser, request, javaScriptEnabled }) => {
  const net = await network(browser);
  const { partner, affiliate } = net.pages;

  const landing = await redirect(request, net.link);
  expect(landing.host).toBe('shop.example');
  const clickId = landing.searchParams.get('click_id');
  expect(clickId).toMatch(/^clk_/);

  const key = await apiKey(partner);
  if (javaScriptEnabled) await follow(partner, '/partner/conversions');
  const answer = await postback(request, { api_key: key, click_id: clickId, status: 'confirmed', amount: '10', commission: '1' });
  const answered = Date.now();
  expect(answer).toMatchObject({ http: 200, ok: true, duplicate: false, amount: '10.00', commission: '1.00' });

  // "Should show up immediately": an open page within a second; without JavaScript, as soon as it is loaded.
  if (javaScriptEnabled) expect(await lastShown(answered, [[partner, clickId]])).toBeLessThan(5000);
  else await partner.goto('/partner/conversions');
  await expect(partner.locator('main tbody tr', { hasText: clickId })).toBeVisible();
  await affiliate.goto('/affiliate/offers');
  await expect(fact(myOffer(affiliate, net.offer), 'Earned')).toHaveText('1.00 USD');

  // Status is final at first insert, and a repeat is no second sale.
  const again = await postback(request, { api_key: key, click_id: clickId, status: 'pending' });
  expect(again).toMatchObject({ ok: true, duplicate: true, status: 'confirmed' });

  // Paused, the link redirects to the homepage.
  await setPaused(partner, net.offerPath, true);
  expect((await redirect(request, net.link)).pathname).toBe('/');
});

test('open pages of both sides show a click, and then its conversion, within a second', { tag: '@hydrated' }, async ({ browser, request }) => {
  const net = await network(browser);
  const { partner, affiliate } = net.pages;
  const key = await apiKey(partner);
  const [conversions, sales, links] = [
    await partner.context().newPage(), await affiliate.context().newPage(), await affiliate.context().newPage(),
  ];
  await follow(partner, '/partner/clicks');
  await follow(conversions, '/partner/conversions');
  await follow(affiliate, '/affiliate/clicks');
  await follow(sales, '/affiliate/conversions');
  await follow(links, '/affiliate/offers');
  // Several times: a page that only asks every now and then would be lucky once, and a busy machine is late once.
  const waits = [];
  for (let count = 1; count <= 5; count += 1) {
    const clickId = await click(request, net.link);
    waits.push(await lastShown(Date.now(), [[partner, clickId], [affiliate, clickId], [links, `${count} (${count} by people)`]]));
    const answer = await postback(request, { api_key: key, click_id: clickId, amount: '10', commission: '1' });
    waits.push(await lastShown(Date.now(), [[conversions, clickId], [sales, clickId], [links, `${count}.00 USD`]]));
    expect(answer).toMatchObject({ ok: true, duplicate: false });
  }
  expect(Math.max(...waits), JSON.stringify(waits)).toBeLessThan(5000);
  expect(waits.filter((wait) => wait <= 1000).length, JSON.stringify(waits)).toBeGreaterThanOrEqual(8);
});

test('a refused form says what was wrong beside the field and keeps what was typed', async ({ browser }) => {
  const partner = await signUp(browser, 'partner', unique('partner'));
  await partner.goto('/partner/offers/new');
  await partner.getByLabel('Name').fill('Kept <b>name</b>');
  await partner.getByLabel('Destination').fill('ftp://shop.example');
  await partner.getByLabel('Description').fill('Kept </textarea><script>alert(1)</script>');
  await partner.locator('main form').getByRole('button').last().click();
  await expect(partner.getByLabel('Destination')).toHaveAttribute('aria-invalid', 'true');
  await expect(partner.getByText('Must be a whole address')).toBeVisible();
  await expect(partner.getByLabel('Name')).toHaveValue('Kept <b>name</b>');
  await expect(partner.getByLabel('Description')).toHaveValue('Kept </textarea><script>alert(1)</script>');
});

test('private pages ask to sign in, and go on to where one wanted', async ({ browser }) => {
  const name = unique('partner');
  await signUp(browser, 'partner', name);
  const page = await visitor(browser);
  await page.goto('/partner/settings?x=1');
  await expect(page).toHaveURL(/\/signin\?next=/);
  await signIn(page, name);
  await expect(page).toHaveURL(/\/partner\/settings\?x=1$/);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/$/);
  await page.goto('/partner');
  await expect(page).toHaveURL(/\/signin/);
});

test('every page is whole, without errors in the console, and axe finds nothing serious', async ({ browser, javaScriptEnabled }) => {
  const partner = await signUp(browser, 'partner', unique('partner'));
  const affiliate = await signUp(browser, 'affiliate', unique('affiliate'));
  const boss = await admin(browser);
  const visits = [
    [partner, ['/', '/docs/tracking', '/docs/tracking?key=shown', '/partner', '/partner/offers', '/partner/offers/new', '/partner/applications', '/partner/conversions', '/partner/clicks', '/partner/clicks?range=7d&f.country=DE,AT', '/partner/reports', '/partner/reports?by=country&compare=previous', '/partner/settings', '/partner/settings?key=shown']],
    [affiliate, ['/affiliate', '/affiliate/marketplace', '/affiliate/offers', '/affiliate/conversions', '/affiliate/clicks', '/affiliate/reports', '/affiliate/settings']],
    [boss, ['/admin', '/admin/reviews', '/admin/offers', '/admin/links', '/admin/users', '/admin/conversions', '/admin/clicks', '/admin/reports?by=partner', '/admin/settings']],
    [await visitor(browser), ['/', '/signin', '/signup', '/reset', '/reset?token=x']],
  ];
  for (const [page, paths] of visits) {
    const problems = [];
    page.on('console', (message) => { if (message.type() === 'error') problems.push(`${page.url()}: ${message.text()}`); });
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error}`));
    for (const path of paths) {
      const answer = await page.goto(path);
      expect(answer.status(), path).toBe(200);
      await expect(page.locator('h1'), path).toHaveCount(1);
      if (javaScriptEnabled) {
        await page.waitForTimeout(150);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({ id, nodes }) => `${path}: ${id} ${nodes[0].html}`)).toEqual([]);
        const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(width, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
      }
    }
    expect(problems).toEqual([]);
  }
});

test('what does not exist is a 404 with a way home', async ({ page }) => {
  for (const path of ['/nowhere', '/partner-x', '/t/unknown123']) {
    const answer = await page.goto(path);
    expect(answer.status(), path).toBe(404);
    await expect(page.getByRole('link', { name: /home/i }).first()).toBeVisible();
  }
});
