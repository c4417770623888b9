// What a hydrated page does by itself: it takes over what it was rendered with, follows what happens, and sends its forms.
import { expect, test } from '@playwright/test';
import { follow, signUp, unique } from './people.mjs';
import { click, createOffer, network } from './network.mjs';

/** The calls of server functions that a page makes, from now on. */
function callsOf(page) {
  const calls = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/rpc/')) calls.push(pathname);
  });
  return calls;
}

/** When this document was loaded: another one is another page. */
const loadedAt = (page) => page.evaluate(() => performance.timeOrigin);

test('a page loads nothing that came with it, and what happens from then on', { tag: '@hydrated' }, async ({ browser, request }) => {
  const { link, pages: { partner, affiliate } } = await network(browser);
  // What was done a moment ago may still be told.
  await partner.waitForTimeout(1_000);
  for (const [page, path, call] of [[partner, '/partner/clicks', '/rpc/list_clicks'], [affiliate, '/affiliate', '/rpc/read_affiliate_screen']]) {
    const calls = callsOf(page);
    await follow(page, path);
    await page.waitForTimeout(1_500);
    expect(calls, path).toEqual([]);
    await click(request, link);
    await expect.poll(() => calls, { message: path }).toEqual([call]);
  }
});

test('a row that is looked at stays where the focus is while others come', { tag: '@hydrated' }, async ({ browser, request }) => {
  const { link, pages: { partner } } = await network(browser);
  const first = await click(request, link);
  await follow(partner, '/partner/clicks');
  const copy = partner.locator('tr', { hasText: first }).getByRole('button', { name: /Copy/ });
  await copy.focus();
  const second = await click(request, link);
  await expect(partner.locator('tbody tr').first()).toContainText(second);
  await expect(partner.locator('tbody tr')).toHaveCount(2);
  await expect(copy).toBeFocused();
});

test('a form sends itself, and the page says what became of it', { tag: '@hydrated' }, async ({ browser }) => {
  const { offerPath, pages: { partner } } = await network(browser);
  await follow(partner, offerPath);
  const loaded = await loadedAt(partner);
  const done = partner.locator('.notice-board');
  await partner.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(done).toContainText('Paused');
  await expect(partner.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();

  // Refused: in place, with the focus where something has to be done, and nothing of what was typed lost.
  await partner.getByLabel('Description').fill('Typed before');
  await partner.getByLabel('Destination').fill('ftp://shop.example/p');
  await partner.getByRole('button', { name: 'Save' }).click();
  await expect(partner.getByLabel('Destination')).toBeFocused();
  await expect(partner.getByLabel('Destination')).toHaveAttribute('aria-invalid', 'true');
  await expect(partner.getByLabel('Description')).toHaveValue('Typed before');
  await partner.getByLabel('Destination').fill('https://shop.example/better');
  await partner.getByRole('button', { name: 'Save' }).click();
  await expect(done).toHaveText('Saved');
  await expect(partner.locator('.field__error')).toHaveCount(0);
  expect(await loadedAt(partner), 'no page came from the server').toBe(loaded);
  await partner.reload();
  await expect(partner.getByLabel('Description')).toHaveValue('Typed before');
});

test('what was just done is undone where it was said', { tag: '@hydrated' }, async ({ browser }) => {
  const { offerPath, pages: { partner } } = await network(browser);
  await follow(partner, offerPath);
  const said = partner.locator('.notice-board');
  await partner.getByRole('button', { name: 'Pause', exact: true }).click();
  await said.getByRole('button', { name: 'Undo' }).click();
  await expect(said).toHaveText('Undone');
  await expect(partner.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
});

test('another name is shown all over the page', { tag: '@hydrated' }, async ({ browser }) => {
  const partner = await signUp(browser, 'partner', unique('partner'));
  const name = unique('renamed');
  await follow(partner, '/partner/settings');
  await partner.getByLabel('Name').fill(name);
  await partner.getByRole('button', { name: 'Save name' }).click();
  await expect(partner.locator('.shell__who')).toContainText(name);
});

test('a double click does one thing, and not the next as well', { tag: '@hydrated' }, async ({ browser }) => {
  const { offerPath, pages: { partner } } = await network(browser);
  await follow(partner, offerPath);
  await partner.getByRole('button', { name: 'Pause', exact: true }).dblclick();
  await expect(partner.locator('.notice-board')).toContainText('Paused');
  await partner.waitForTimeout(500);
  await expect(partner.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
});

test('what is typed stays when the page can\'t be loaded again', { tag: '@hydrated' }, async ({ browser, request }) => {
  const { offerPath, link, pages: { partner } } = await network(browser);
  await follow(partner, offerPath);
  await partner.getByLabel('Description').fill('A long text');
  const failed = partner.waitForResponse((answer) => answer.url().endsWith('/rpc/find_offer'));
  await partner.route('**/rpc/find_offer', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }));
  await click(request, link);
  await failed;
  await partner.waitForTimeout(300);
  await expect(partner.getByLabel('Description')).toHaveValue('A long text');
  await partner.unroute('**/rpc/find_offer');
  await expect(partner.locator('.stat', { hasText: 'Clicks' }).locator('.stat__value')).toHaveText('1');
  await expect(partner.getByLabel('Description')).toHaveValue('A long text');
});

test('a box that was ticked for one address is not ticked for another', { tag: '@hydrated' }, async ({ browser }) => {
  const partner = await signUp(browser, 'partner', unique('partner'));
  await follow(partner, '/partner/offers/new');
  const box = partner.getByLabel('Yes, this address is meant as it is');
  const create = partner.getByRole('button', { name: 'Create and submit for approval' });
  await partner.getByLabel('Name').fill(unique('offer'));
  await partner.getByLabel('Destination').fill('https://shop.example/{sub}');
  await create.click();
  await box.check();
  await partner.getByLabel('Destination').fill('https://shop.example/{other}');
  await create.click();
  await expect(partner.locator('#confirmed-destination-error')).toBeVisible();
  await expect(box).not.toBeChecked();
  await box.check();
  await create.click();
  await expect(partner).toHaveURL(/\/partner\/offers\/off_\w+$/);
});

test('what was decided elsewhere is said at the top, and the page shows it', { tag: '@hydrated' }, async ({ browser }) => {
  const { offerPath, pages: { partner } } = await network(browser);
  await follow(partner, offerPath);
  // A second tab pauses first.
  const other = await partner.context().newPage();
  await partner.route('**/events*', (route) => route.abort());
  await partner.reload();
  await other.goto(offerPath);
  await other.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(other.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  await partner.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(partner.locator('.notice')).toContainText('it is paused');
  await expect(partner.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
});

test('a form of a session that has ended keeps what was typed', { tag: '@hydrated' }, async ({ browser }) => {
  const name = unique('partner');
  const partner = await signUp(browser, 'partner', name);
  await createOffer(partner, unique('offer'), 'https://shop.example/p');
  await follow(partner, '/partner/offers/new');
  await partner.context().clearCookies();
  await partner.getByLabel('Name').fill('Not lost');
  await partner.getByLabel('Destination').fill('https://shop.example/p');
  await partner.getByRole('button', { name: 'Create and submit for approval' }).click();
  await expect(partner.locator('main').getByText('Please sign in first.')).toBeVisible();
  await expect(partner.getByLabel('Name')).toHaveValue('Not lost');
});
