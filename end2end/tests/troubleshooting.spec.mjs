// What goes wrong for people who connect their shop, and what they see then: the symptoms of the guide, one by one.
import { createServer } from 'node:http';
import { expect, test } from '@playwright/test';
import { admin, confirm, signUp, unique, visitor } from './people.mjs';
import {
  apiKey, application, apply, approve, click, createOffer, fact, myOffer, network, postback, redirect, setPaused,
} from './network.mjs';

const UNKNOWN_CLICK = 'clk_01h455vb4pex5vsknk084sn02q';
let shop;
let net;
let key;

test.beforeAll(async ({ browser }) => {
  // A landing page that a browser can really open.
  shop = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<h1>The shop</h1>'));
  await new Promise((resolve) => { shop.listen(0, '127.0.0.1', resolve); });
  net = await network(browser, `http://127.0.0.1:${shop.address().port}/p?a=1#top`);
  key = await apiKey(net.pages.partner);
});

test.afterAll(() => {
  shop?.close();
  // A browser keeps its connections open for another visit.
  shop?.closeAllConnections();
});

/** How many clicks each side's pages show. */
async function clicks() {
  const { partner, affiliate } = net.pages;
  await partner.goto('/partner/clicks');
  await affiliate.goto('/affiliate/offers');
  const [own] = (await fact(myOffer(affiliate, net.offer), 'Clicks').innerText()).split(' ');
  const rows = await partner.locator('main tbody tr').count();
  expect(Number(own), 'both sides see the same clicks').toBe(rows);
  return rows;
}

/** The partner's conversions of a click, as the page shows them. */
async function conversions(clickId) {
  await net.pages.partner.goto('/partner/conversions');
  await expect(net.pages.partner.locator('h1')).toHaveText('Conversions');
  return net.pages.partner.locator('main tbody tr', { hasText: clickId });
}

const expectHomepage = async (page) => {
  await expect(page).toHaveURL(/^http:\/\/[^/]+\/$/);
  await expect(page.locator('h1')).toHaveText(/Every click counted/);
};

test('Clicks aren\'t increasing', async ({ browser }) => {
  const { partner, affiliate } = net.pages;
  const guest = await visitor(browser);
  const before = await clicks();

  // The landing page's address was copied instead of the tracking link.
  await guest.goto(`http://127.0.0.1:${shop.address().port}/p?a=1#top`);
  await expect(guest.locator('h1')).toHaveText('The shop');
  expect(await clicks()).toBe(before);

  // The offer is inactive; My Offers says so.
  await setPaused(partner, net.offerPath, true);
  await guest.goto(net.link);
  await expectHomepage(guest);
  expect(await clicks()).toBe(before);
  await expect(myOffer(affiliate, net.offer).getByText('Paused', { exact: true })).toBeVisible();

  await setPaused(partner, net.offerPath, false);
  await guest.goto(net.link);
  await expect(guest.locator('h1')).toHaveText('The shop');
  await expect(guest).toHaveURL(/\/p\?a=1&click_id=clk_\w+&offer_id=off_\w+&affiliate_id=aff_\w+#top$/);
  expect(await clicks()).toBe(before + 1);
  await expect(partner.locator('main tbody tr').first()).toContainText(new URL(guest.url()).searchParams.get('click_id'));
});

test('Postback returns 200 but no conversion appears', async ({ request }) => {
  const params = { api_key: key, click_id: await click(request, net.link), amount: '10', commission: '1' };
  for (const answer of [await request.get('/postback', { params }), await request.post('/postback', { form: params })]) {
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toContain('/api/postback');
  }
  await expect(await conversions(params.click_id)).toHaveCount(0);

  expect(await postback(request, params)).toMatchObject({ http: 200, ok: true, duplicate: false });
  await expect(await conversions(params.click_id)).toHaveCount(1);
});

test('Postback returns api_key_required', async ({ request }) => {
  const { partner } = net.pages;
  const clickId = await click(request, net.link);
  for (const params of [{ click_id: clickId }, { click_id: clickId, api_key: '' }, { click_id: clickId, api_key: '  ' }]) {
    const answer = await postback(request, params);
    expect(answer).toMatchObject({ http: 401, ok: false, error: 'api_key_required' });
    expect(answer.hint).toContain('Settings');
  }
  await expect(await conversions(clickId)).toHaveCount(0);

  // "Add your key from Settings": it is where the hint says.
  await partner.goto('/partner/settings');
  await expect(partner.getByRole('heading', { name: 'API & Webhooks' })).toBeVisible();
  const own = await apiKey(partner);
  expect(await postback(request, { click_id: clickId }, { 'X-API-Key': own })).toMatchObject({ http: 200, ok: true });
  await expect(await conversions(clickId)).toHaveCount(1);
});

test('Postback returns invalid_api_key', async ({ browser, request }) => {
  const { partner } = net.pages;
  const clickId = await click(request, net.link);
  const foreign = await apiKey(await signUp(browser, 'partner', unique('other-partner')));
  const regenerated = key;
  await partner.goto('/partner/settings');
  await confirm(partner, 'Regenerate key', 'Regenerate');
  await expect(partner.getByText('New key created')).toBeVisible();
  key = await apiKey(partner);

  // Which of the three it was, the answer doesn't tell.
  const answers = [];
  for (const wrong of [foreign, regenerated, `sp_live_${'0'.repeat(40)}`]) {
    answers.push(await postback(request, { api_key: wrong, click_id: clickId }));
  }
  expect(answers[0]).toMatchObject({ http: 403, ok: false, error: 'invalid_api_key' });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  await expect(await conversions(clickId)).toHaveCount(0);

  expect(await postback(request, { api_key: key, click_id: clickId })).toMatchObject({ http: 200, ok: true });
  await expect(await conversions(clickId)).toHaveCount(1);
});

test('Postback returns click_not_found', async ({ request }) => {
  const { partner } = net.pages;
  const clickId = await click(request, net.link);
  for (const wrong of [UNKNOWN_CLICK, clickId.toUpperCase(), clickId.slice(0, -1), 'order-4711']) {
    expect(await postback(request, { api_key: key, click_id: wrong }), wrong)
      .toMatchObject({ http: 404, ok: false, error: 'click_not_found' });
    await expect(await conversions(wrong)).toHaveCount(0);
  }
  // Never captured: the platform sent its macro as it was, and the hint says so.
  const macro = await postback(request, { api_key: key, click_id: '{click_id}' });
  expect(macro).toMatchObject({ http: 404, error: 'click_not_found' });
  expect(macro.hint).toContain('{click_id}');

  // The right one stands in the list of clicks.
  await partner.goto('/partner/clicks');
  const shown = await partner.locator('main tbody tr').first().innerText();
  const [copied] = shown.match(/clk_\w+/);
  expect(copied).toBe(clickId);
  expect(await postback(request, { api_key: key, click_id: copied })).toMatchObject({ http: 200, ok: true });
  await expect(await conversions(clickId)).toHaveCount(1);
});

test('Postback returns click_id_required', async ({ request }) => {
  const clickId = await click(request, net.link);
  const before = await (await conversions('clk_')).count();
  for (const params of [{}, { click_id: '' }, { cid: '' }, { click_id: ' ', cid: '\t' }]) {
    expect(await postback(request, { api_key: key, ...params }), JSON.stringify(params))
      .toMatchObject({ http: 400, ok: false, error: 'click_id_required' });
  }
  await expect(await conversions('clk_')).toHaveCount(before);

  expect(await postback(request, { api_key: key, cid: clickId })).toMatchObject({ http: 200, click_id: clickId });
  await expect(await conversions(clickId)).toHaveCount(1);
});

test('Conversion shows but earnings stay at 0', async ({ request }) => {
  const { affiliate } = net.pages;
  const clickId = await click(request, net.link);
  // A currency of its own keeps the sums of the other tests away.
  const sale = (status, more) => postback(request, {
    api_key: key, click_id: clickId, status, amount: '50', commission: '5', currency: 'CHF', ...more,
  });
  const earned = async () => {
    await affiliate.goto('/affiliate/offers');
    return fact(myOffer(affiliate, net.offer), 'Earned').filter({ hasText: 'CHF' });
  };
  expect(await sale('pending')).toMatchObject({ ok: true, counts_toward_earnings: false });
  expect(await sale('rejected', { transaction_id: `${clickId}-2` })).toMatchObject({ ok: true, counts_toward_earnings: false });
  const rows = await conversions(clickId);
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: 'pending' })).toContainText('doesn\'t earn yet');
  await expect(rows.filter({ hasText: 'rejected' })).toContainText('doesn\'t earn');
  await expect(await earned()).toHaveText('0.00 CHF and 5.00 CHF pending');

  // "Status is fixed at first insert and won't change on re-post."
  const again = await sale('confirmed');
  expect(again).toMatchObject({ ok: true, duplicate: true, status: 'pending', counts_toward_earnings: false });
  expect(again.warnings.join()).toContain('ignored_change: status');
  await expect((await conversions(clickId)).filter({ hasText: 'confirmed' })).toHaveCount(0);
  await expect(await earned()).toHaveText('0.00 CHF and 5.00 CHF pending');

  for (const [index, status] of ['confirmed', 'approved', 'paid'].entries()) {
    expect(await sale(status, { transaction_id: `${clickId}-${status}` })).toMatchObject({ counts_toward_earnings: true });
    await expect(await earned()).toHaveText(`${5 * (index + 1)}.00 CHF and 5.00 CHF pending`);
  }
});

test('Second conversion from the same click doesn\'t appear', async ({ request }) => {
  const { affiliate } = net.pages;
  const clickId = await click(request, net.link);
  const params = { api_key: key, click_id: clickId, amount: '10', commission: '1' };
  const first = await postback(request, params);
  expect(first).toMatchObject({ ok: true, duplicate: false, transaction_id: clickId });
  const second = await postback(request, { ...params, amount: '20', commission: '2' });
  expect(second).toMatchObject({ ok: true, duplicate: true, conversion_id: first.conversion_id, amount: '10.00' });
  await expect(await conversions(clickId)).toHaveCount(1);
  await expect(await conversions(clickId)).toContainText('10.00');

  expect(await postback(request, { ...params, transaction_id: 'upsell' })).toMatchObject({ ok: true, duplicate: false });
  await expect(await conversions(clickId)).toHaveCount(2);
  await affiliate.goto('/affiliate/conversions');
  await expect(affiliate.locator('main tbody tr', { hasText: clickId })).toHaveCount(2);
});

test('Affiliate can\'t apply (offer_not_live)', async ({ browser }) => {
  const { partner, affiliate } = net.pages;
  const offer = unique('offer');
  const path = await createOffer(partner, offer, 'https://shop.example/');
  const id = path.split('/').pop();
  const ask = () => affiliate.request.post('/rpc/apply', { headers: { 'Sec-Fetch-Site': 'same-origin' }, form: { offer: id, message: '' } });

  // "It still needs admin approval before it appears in the marketplace."
  await affiliate.goto(`/affiliate/marketplace?text=${offer}`);
  await expect(affiliate.getByText('No entry matches these filters')).toBeVisible();
  expect((await affiliate.goto(`/affiliate/marketplace/${id}`)).status()).toBe(404);
  const refused = await ask();
  expect(refused.status()).toBe(409);
  expect(await refused.json()).toMatchObject({ code: 'offer_not_live' });

  // Paused while the affiliate was reading about it: the form says why it was refused.
  const boss = await admin(browser);
  await approve(boss, offer);
  await boss.context().close();
  await affiliate.goto(`/affiliate/marketplace/${id}`);
  await setPaused(partner, path, true);
  await affiliate.getByRole('button', { name: 'Apply' }).click();
  await expect(affiliate.locator('main').getByText('This offer isn\'t live, so nobody can apply for it now.')).toBeVisible();

  await setPaused(partner, path, false);
  expect(await apply(affiliate, offer)).toContain('/t/');
});

test('The link redirects to the Something Project homepage', async ({ browser, request }) => {
  const { partner, affiliate } = net.pages;
  const guest = await visitor(browser);
  const clickId = await click(request, net.link);

  // The offer is paused. A sale of an earlier click is recorded all the same.
  await setPaused(partner, net.offerPath, true);
  await guest.goto(net.link);
  await expectHomepage(guest);
  await affiliate.goto('/affiliate/offers');
  await expect(myOffer(affiliate, net.offer)).toContainText('The offer is paused: visitors go to the homepage');
  expect(await postback(request, { api_key: key, click_id: clickId })).toMatchObject({ http: 200, ok: true });
  await setPaused(partner, net.offerPath, false);

  // The partner hasn't approved the affiliate's application.
  const name = unique('waiting');
  const newcomer = await signUp(browser, 'affiliate', name);
  const link = await apply(newcomer, net.offer);
  await guest.goto(link);
  await expectHomepage(guest);
  await newcomer.reload();
  await expect(myOffer(newcomer, net.offer)).toContainText(`Waiting for ${net.partner} to approve you`);
  await expect(fact(myOffer(newcomer, net.offer), 'Clicks')).toHaveText(/^0 /);

  const card = await application(partner, name);
  await card.getByRole('button', { name: 'Approve' }).click();
  await expect(card.getByText('Approved')).toBeVisible();
  expect((await redirect(request, link)).pathname).toBe('/p');
});
