// First screens: the period's numbers, what waits, and the reports that somebody keeps.
import { expect, test } from '@playwright/test';
import { apiKey, click, createOffer, network, postback } from './network.mjs';
import { admin, follow, signUp, unique, visitor } from './people.mjs';

const tile = (page, name) => page.locator('.stat', { has: page.getByText(name, { exact: true }) });

test('A first screen shows the numbers of the chosen days, and each leads on', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner, affiliate } = net.pages;
  const clicks = [await click(request, net.link), await click(request, net.link)];
  const key = await apiKey(partner);
  await postback(request, { click_id: clicks[0], amount: '40', commission: '4', transaction_id: 'order-1' }, { 'X-API-Key': key });
  await postback(request, { click_id: clicks[1], status: 'pending', amount: '2.50', commission: '1', transaction_id: 'order-2' }, { 'X-API-Key': key });

  await partner.goto('/partner?range=today');
  await expect(tile(partner, 'Clicks').locator('.stat__value')).toHaveText('2');
  await expect(tile(partner, 'Conversions')).toContainText('1 pending');
  await expect(tile(partner, 'Conversion rate').locator('.stat__value')).toHaveText('100.0%');
  await expect(tile(partner, 'Amount').locator('.stat__value')).toHaveText('42.50 USD');
  await expect(tile(partner, 'Earnings')).toContainText('1.00 USD pending');
  // The chart shows the number that is pressed, and so do the lists.
  await tile(partner, 'Earnings').getByRole('link').click();
  await expect(partner).toHaveURL(/\?range=today&chart=earnings$/);
  await expect(partner.getByRole('slider', { name: 'Earnings, USD' })).toBeVisible();
  const top = partner.getByRole('region', { name: 'Top affiliates' });
  await expect(top.locator('li')).toContainText('4.00 USD');
  await top.getByRole('link', { name: net.affiliate }).click();
  await expect(partner).toHaveURL(/\/partner\/reports\?by=day&range=today&f\.affiliate=aff_/);
  await expect(partner.getByRole('region', { name: 'Report' }).locator('tfoot')).toContainText('4.00 USD');

  // The affiliate earns what the partner pays.
  await affiliate.goto('/affiliate?range=today');
  await expect(tile(affiliate, 'Earnings').locator('.stat__value')).toHaveText('4.00 USD');
  await expect(tile(affiliate, 'Pending commission').locator('.stat__value')).toHaveText('1.00 USD');
  await expect(tile(affiliate, 'EPC').locator('.stat__value')).toHaveText('2.0000 USD');
  await expect(affiliate.getByRole('region', { name: 'Top affiliates' })).toHaveCount(0);
  await expect(affiliate.getByRole('heading', { name: 'Latest conversions' })).toBeVisible();
});

test('@hydrated A first screen follows what happens, but not under the hand', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  await click(request, net.link);
  await follow(partner, '/partner?range=7d');
  const chart = partner.getByRole('slider', { name: 'Clicks' });
  const told = partner.locator('.line-chart__reading .num').first();
  await chart.focus();
  await chart.press('End');
  await expect(told).toHaveText('1');
  await click(request, net.link);
  await expect(tile(partner, 'Clicks').locator('.stat__value')).toHaveText('2');
  await expect(chart).toBeFocused();
  await expect(told).toHaveText('1');
  await chart.blur();
  await chart.focus();
  await chart.press('End');
  await expect(told).toHaveText('2');
});

test('Who is new sees what to do, and an admin what waits', async ({ browser }) => {
  const partner = await signUp(browser, 'partner', unique('partner'));
  await partner.goto('/partner');
  await expect(partner.getByRole('heading', { name: 'Three steps to your first conversion' })).toBeVisible();
  await expect(partner.locator('.stat')).toHaveCount(0);
  await createOffer(partner, unique('offer'), 'https://shop.example/');
  const boss = await admin(browser);
  await boss.goto('/admin');
  await expect(boss.getByText(/offers? to review/)).toBeVisible();
  await boss.getByRole('link', { name: 'Review offers' }).click();
  await expect(boss.getByRole('heading', { name: 'Review queue' })).toBeVisible();
});

test('A report is kept, seen first, and pinned to the overview', async ({ browser, request, javaScriptEnabled }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  await click(request, net.link);
  const open = async (address) => {
    if (javaScriptEnabled === false) await partner.goto(address);
    else await follow(partner, address);
  };
  await open('/partner/reports?by=offer&range=today&metrics=clicks');
  await partner.getByText('Saved reports', { exact: true }).click();
  await partner.getByLabel('Save this report as').fill('Offers today');
  await partner.getByRole('button', { name: 'Save', exact: true }).click();
  const menu = partner.locator('summary', { hasText: 'Offers today' });
  await expect(menu).toBeVisible();
  for (const [choose, chosen] of [['Show first', 'Shown first'], ['Pin to overview', 'Pinned to overview']]) {
    await menu.click();
    await partner.getByRole('button', { name: choose }).click();
    await expect(partner.getByRole('button', { name: chosen, includeHidden: true })).toHaveCount(1);
  }
  await partner.goto('/partner/reports');
  await expect(partner).toHaveURL(/by=offer&metrics=clicks&range=today/);
  await partner.goto('/partner');
  const pinned = partner.getByRole('region', { name: 'Offers today' });
  await expect(pinned.locator('tbody tr')).toContainText(net.offer);
  await pinned.getByRole('link', { name: 'View report' }).click();
  await expect(partner).toHaveURL(/\/partner\/reports\?by=offer/);
  await partner.locator('summary', { hasText: 'Offers today' }).click();
  await partner.getByRole('button', { name: 'Delete Offers today' }).click();
  await expect(partner.getByText('Saved reports', { exact: true })).toBeVisible();
  // Nobody else's are changed.
  const other = await visitor(browser);
  expect((await other.goto('/partner/reports')).url()).toMatch(/\/signin/);
});

test('A report is an Excel file, too', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  await click(request, net.link);
  await partner.goto('/partner/reports?by=offer&range=today');
  const download = partner.waitForEvent('download');
  await partner.getByText('Export', { exact: true }).click();
  await partner.getByRole('link', { name: /^Excel file/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^report-by-offer-.*\.xlsx$/);
  const bytes = Buffer.concat(await (await file.createReadStream()).toArray());
  expect(bytes.subarray(0, 2).toString()).toBe('PK');
});
