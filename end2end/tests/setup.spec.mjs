// The seed's five steps, from signing up to the conversion in the dashboard; and what every page has to be.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { admin, signUp, unique } from './people.mjs';

/** A partner with an offer that an admin approved, and an affiliate whom the partner approved. */
async function network(browser, options) {
  const names = { partner: unique('partner'), affiliate: unique('affiliate'), offer: unique('offer') };
  const partner = await signUp(browser, options, 'partner', names.partner);
  await partner.goto('/partner/offers/new');
  await partner.getByLabel('Name').fill(names.offer);
  await partner.getByLabel('Destination').fill('https://shop.example/p?a=1#top');
  await partner.locator('main form').getByRole('button').last().click();
  await expect(partner).toHaveURL(/\/partner\/offers\/off_/);

  const boss = await admin(browser, options);
  await boss.locator('article, li, .card', { hasText: names.offer }).last().getByRole('button', { name: /approve/i }).click();
  await expect(boss.getByText(names.offer)).toHaveCount(0);

  const affiliate = await signUp(browser, options, 'affiliate', names.affiliate);
  await affiliate.goto(`/affiliate/marketplace?text=${names.offer}`);
  await affiliate.getByRole('link', { name: names.offer }).first().click();
  await affiliate.locator('main form').getByRole('button', { name: /apply/i }).click();
  await expect(affiliate).toHaveURL(/\/affiliate\/offers/);

  await partner.goto('/partner/applications');
  await partner.getByRole('button', { name: /approve/i }).first().click();
  await expect(partner.getByRole('button', { name: /approve/i })).toHaveCount(0);
  await affiliate.reload();
  const link = await affiliate.locator('input[value*="/t/"]').first().inputValue();
  return { ...names, link, pages: { partner, affiliate, boss } };
}

async function apiKey(page) {
  await page.goto('/partner/settings');
  return (await page.content()).match(/sp_live_[0-9A-Za-z]{40}/)[0];
}

test('the recipe "Test your setup" works from sign-up to the conversion in the dashboard', async ({ browser, request, contextOptions, javaScriptEnabled, baseURL }) => {
  const options = { ...contextOptions, javaScriptEnabled, baseURL };
  const net = await network(browser, options);
  const { partner, affiliate } = net.pages;

  const visit = await request.get(net.link, { maxRedirects: 0 });
  expect(visit.status()).toBe(302);
  const landing = new URL(visit.headers().location);
  expect(landing.host).toBe('shop.example');
  const clickId = landing.searchParams.get('click_id');
  expect(clickId).toMatch(/^clk_/);

  const key = await apiKey(partner);
  await partner.goto('/partner/conversions');
  const answer = await request.get('/api/postback', {
    params: { api_key: key, click_id: clickId, status: 'confirmed', amount: '10', commission: '1' },
  });
  expect(await answer.json()).toMatchObject({ ok: true, duplicate: false, amount: '10.00', commission: '1.00' });

  // "Should show up immediately": an open page within a second, hydrated; with a reload, without JavaScript.
  if (!javaScriptEnabled) await partner.reload();
  await expect(partner.locator('main').getByText(clickId).first()).toBeVisible({ timeout: javaScriptEnabled ? 5000 : 1000 });
  await affiliate.goto('/affiliate/offers');
  await expect(affiliate.locator('main').getByText('1.00').first()).toBeVisible();

  // Status is final at first insert, and a repeat is no second sale.
  const again = await request.get('/api/postback', { params: { api_key: key, click_id: clickId, status: 'pending' } });
  expect(await again.json()).toMatchObject({ ok: true, duplicate: true, status: 'confirmed' });

  // Paused, the link redirects to the homepage.
  await partner.goto(`/partner/offers?text=${net.offer}`);
  await partner.getByRole('link', { name: net.offer }).first().click();
  await partner.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(partner.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  const paused = await request.get(net.link, { maxRedirects: 0 });
  expect(new URL(paused.headers().location).pathname).toBe('/');
});

test('a refused form says what was wrong beside the field and keeps what was typed', async ({ browser, contextOptions, javaScriptEnabled, baseURL }) => {
  const partner = await signUp(browser, { ...contextOptions, javaScriptEnabled, baseURL }, 'partner', unique('partner'));
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

test('private pages ask to sign in, and go on to where one wanted', async ({ page, browser, contextOptions, javaScriptEnabled, baseURL }) => {
  const name = unique('partner');
  await signUp(browser, { ...contextOptions, javaScriptEnabled, baseURL }, 'partner', name);
  await page.goto('/partner/settings?x=1');
  await expect(page).toHaveURL(/\/signin\?next=/);
  await page.getByLabel('Email').fill(`${name}@test.example`);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/partner\/settings\?x=1$/);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/partner');
  await expect(page).toHaveURL(/\/signin/);
});

test('every page is whole, without errors in the console, and axe finds nothing serious', async ({ browser, contextOptions, javaScriptEnabled, baseURL }) => {
  const options = { ...contextOptions, javaScriptEnabled, baseURL };
  const partner = await signUp(browser, options, 'partner', unique('partner'));
  const affiliate = await signUp(browser, options, 'affiliate', unique('affiliate'));
  const boss = await admin(browser, options);
  const visits = [
    [partner, ['/', '/docs/tracking', '/docs/tracking?key=shown', '/partner', '/partner/offers', '/partner/offers/new', '/partner/applications', '/partner/conversions', '/partner/clicks', '/partner/settings']],
    [affiliate, ['/affiliate', '/affiliate/marketplace', '/affiliate/offers', '/affiliate/conversions', '/affiliate/clicks', '/affiliate/settings']],
    [boss, ['/admin', '/admin/offers', '/admin/users', '/admin/conversions']],
    [await (await browser.newContext(options)).newPage(), ['/', '/signin', '/signup', '/reset', '/reset?token=x']],
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
