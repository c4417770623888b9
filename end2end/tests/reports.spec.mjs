// Reports: what is asked stands in the address, with and without scripts.
import { expect, test } from '@playwright/test';
import { apiKey, click, network, postback } from './network.mjs';
import { follow } from './people.mjs';

test('@hydrated A report is chosen, narrowed and taken back in place', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  for (let count = 0; count < 3; count += 1) await click(request, net.link);
  await follow(partner, '/partner/reports');
  // As by hand: who changes a field is in it.
  await partner.getByLabel('Group by', { exact: true }).focus();
  await partner.getByLabel('Group by', { exact: true }).selectOption('Affiliate');
  await expect(partner).toHaveURL(/by=affiliate/);
  const report = partner.getByRole('region', { name: 'Report' });
  await expect(report.locator('tbody tr')).toHaveCount(1);
  await expect(report.locator('tbody tr')).toContainText(net.affiliate);
  await expect(report.locator('tfoot')).toContainText('Total of 1 row');
  await expect(partner.getByLabel('Group by', { exact: true })).toBeFocused();

  // Days of one's own are asked for, and both of them are waited for.
  await expect(partner.getByLabel('From')).toBeHidden();
  await partner.getByLabel('Range').selectOption('Custom');
  await partner.getByLabel('From').fill('2026-11-01');
  await partner.getByLabel('To', { exact: true }).fill('2026-12-31');
  await expect(partner).toHaveURL(/from=2026-11-01&to=2026-12-31/);
  await partner.getByLabel('Range').selectOption('Last 30 days');
  await expect(partner).toHaveURL(/range=30d/);

  // Sorted by a head, narrowed by a row, and back.
  await report.getByRole('link', { name: 'Conversions', exact: true }).click();
  await expect(partner).toHaveURL(/sort=-conversions/);
  await report.getByRole('link', { name: net.affiliate, exact: true }).click();
  await expect(partner.locator('.chip')).toContainText('Affiliate is');
  await partner.getByRole('link', { name: /^Remove: Affiliate is/ }).click();
  await expect(partner.locator('.chip')).toHaveCount(0);
  await partner.goBack();
  await expect(partner.locator('.chip')).toHaveCount(1);
});

test('@hydrated The chart is read by keys', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  await click(request, net.link);
  await follow(partner, '/partner/reports?by=day&range=7d');
  const chart = partner.getByRole('slider', { name: 'Clicks' });
  await chart.focus();
  await chart.press('End');
  await expect(chart).toHaveAttribute('aria-valuenow', '6');
  await expect(partner.locator('.line-chart__reading .num')).toHaveText('1');
  await chart.press('ArrowLeft');
  await expect(partner.locator('.line-chart__reading .num')).toHaveText('0');
});

test('A report is the same without scripts, and as a file', async ({ browser, request }) => {
  const net = await network(browser);
  await click(request, net.link);
  const state = await net.pages.partner.context().storageState();
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  await page.goto('/partner/reports');
  await page.getByLabel('Group by', { exact: true }).selectOption('Offer');
  await page.getByLabel('Range').selectOption('Today');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/by=offer/);
  await expect(page.getByRole('region', { name: 'Report' }).locator('tbody tr')).toContainText(net.offer);
  const download = page.waitForEvent('download');
  await page.getByText('Export', { exact: true }).click();
  await page.getByRole('link', { name: 'CSV file' }).click();
  const text = await (await (await download).createReadStream()).toArray();
  expect(Buffer.concat(text).toString()).toMatch(/^offer_id,offer,clicks,.*\r\noff_\w+,/);
  await context.close();
});

test('A number leads to its rows, and each of them to everything that is known of it', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner, affiliate } = net.pages;
  const clicks = [await click(request, net.link), await click(request, net.link)];
  const key = await apiKey(partner);
  await postback(request, { click_id: clicks[1], status: 'pending', amount: '42.50', transaction_id: 'order-7' }, { 'X-API-Key': key });

  await partner.goto('/partner/reports?by=browser&range=today&metrics=clicks&metrics=pending');
  const total = partner.getByRole('region', { name: 'Report' }).locator('tbody tr').first();
  await total.getByRole('link', { name: '2', exact: true }).click();
  await expect(partner).toHaveURL(/\/partner\/clicks\?range=today&tz=/);
  await expect(partner.locator('.chip')).toContainText('Browser is');
  await expect(partner.locator('main tbody tr')).toHaveCount(2);
  await partner.getByRole('link', { name: /^Remove: Browser is/ }).click();
  await expect(partner.locator('.chip')).toHaveCount(0);
  await expect(partner).toHaveURL(/range=today/);
  await expect(partner.locator('main tbody tr')).toHaveCount(2);
  await partner.locator('main tbody tr', { has: partner.locator(`[title="${clicks[1]}"]`) }).locator('a', { has: partner.locator('time') }).click();
  await expect(partner.getByRole('heading', { name: 'Click', exact: true })).toBeVisible();
  await expect(partner.locator('dd', { hasText: clicks[1] })).toBeVisible();
  await partner.locator('main tbody tr a', { has: partner.locator('time') }).click();
  await expect(partner.getByRole('heading', { name: 'Conversion', exact: true })).toBeVisible();
  await expect(partner.getByText('Pending, so it doesn\'t earn.')).toBeVisible();
  await expect(partner.getByText('order-7')).toBeVisible();
  const path = new URL(partner.url()).pathname.replace('/partner/', '/affiliate/');

  // The affiliate sees the sale, and not whose order it was.
  await affiliate.goto(path);
  await expect(affiliate.getByText('Pending, so it doesn\'t earn.')).toBeVisible();
  await expect(affiliate.locator('main')).not.toContainText('order-7');
  await affiliate.goto('/affiliate/clicks?f.kind=human&range=today');
  await expect(affiliate.locator('main tbody tr')).toHaveCount(2);
  await expect(affiliate.locator('.chip')).toContainText(/Click type is .?Human/);
  const gone = await affiliate.goto('/affiliate/clicks/clk_01h455vb4pex5vsknk084sn02q');
  expect(gone.status()).toBe(404);
});
