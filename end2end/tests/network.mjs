// A network as people make it in the browser, and what visitors and shops send to it.
import { expect } from '@playwright/test';
import { admin, signUp, unique } from './people.mjs';

/** Creates an offer, which then awaits an admin; returns the path of its page. */
export async function createOffer(partner, name, destination) {
  await partner.goto('/partner/offers/new');
  await partner.getByLabel('Name').fill(name);
  await partner.getByLabel('Destination').fill(destination);
  await partner.getByRole('button', { name: 'Create and submit for approval' }).click();
  await expect(partner).toHaveURL(/\/partner\/offers\/off_\w+$/);
  return new URL(partner.url()).pathname;
}

/** An offer's card in the admin's review queue. */
export const review = (boss, offer) => boss.locator('article', { hasText: offer });

/** Approves, as an admin, what waits of an offer. */
export async function approve(boss, offer) {
  await boss.goto('/admin/reviews');
  const answer = boss.waitForResponse((response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/admin/reviews');
  await review(boss, offer).getByRole('button', { name: /^Approve/ }).click();
  // A script is told in its answer; without one the browser is sent back to the page.
  expect([200, 303]).toContain((await answer).status());
  await expect(review(boss, offer)).toHaveCount(0);
}

/** Applies for an offer by way of the marketplace; returns the tracking link. */
export async function apply(affiliate, offer) {
  await affiliate.goto(`/affiliate/marketplace?text=${offer}`);
  await affiliate.getByRole('link', { name: offer }).click();
  await affiliate.getByRole('button', { name: 'Apply' }).click();
  await expect(affiliate).toHaveURL(/\/affiliate\/offers$/);
  return myOffer(affiliate, offer).getByLabel('Tracking link', { exact: true }).inputValue();
}

/** An offer's card in My Offers, of the page as it stands. */
export const myOffer = (affiliate, offer) => affiliate.locator('main li', { hasText: offer });

/** A number or a sum on such a card, by the word beside it. */
export const fact = (card, term) => card.locator(`dt:text-is("${term}") + dd`);

/** An affiliate's card among a partner's applications. */
export async function application(partner, affiliate) {
  await partner.goto(`/partner/applications?text=${affiliate}`);
  return partner.locator('article', { hasText: affiliate });
}

/** A partner with an offer that an admin approved, and an affiliate whom the partner approved. */
export async function network(browser, destination = 'https://shop.example/p?a=1#top') {
  const names = { partner: unique('partner'), affiliate: unique('affiliate'), offer: unique('offer') };
  const partner = await signUp(browser, 'partner', names.partner);
  const offerPath = await createOffer(partner, names.offer, destination);
  const boss = await admin(browser);
  await approve(boss, names.offer);
  await boss.context().close();
  const affiliate = await signUp(browser, 'affiliate', names.affiliate);
  const link = await apply(affiliate, names.offer);
  const card = await application(partner, names.affiliate);
  await card.getByRole('button', { name: 'Approve' }).click();
  await expect(card.getByText('Approved')).toBeVisible();
  return { ...names, offerPath, link, pages: { partner, affiliate } };
}

/** Pauses or resumes an offer. */
export async function setPaused(partner, offerPath, isPaused) {
  await partner.goto(offerPath);
  await partner.getByRole('button', { name: isPaused ? 'Pause' : 'Resume', exact: true }).click();
  await expect(partner.getByRole('button', { name: isPaused ? 'Resume' : 'Pause', exact: true })).toBeVisible();
}

/** The partner's API key, as the settings show it once they are asked to. */
export async function apiKey(partner) {
  await partner.goto('/partner/settings');
  const shown = partner.getByRole('textbox', { name: 'API key', exact: true });
  expect(await partner.content()).not.toMatch(/sp_live_[0-9A-Za-z]{40}/);
  await partner.getByRole('link', { name: 'Reveal API key', exact: true }).click();
  await expect(shown).toHaveValue(/^sp_live_[0-9A-Za-z]{40}$/);
  return shown.inputValue();
}

/** Where a tracking link leads, without following it. */
export async function redirect(request, link) {
  const answer = await request.get(link, { maxRedirects: 0 });
  expect(answer.status()).toBe(302);
  return new URL(answer.headers().location);
}

/** A visit of a live tracking link; returns the click's id. */
export async function click(request, link) {
  const id = (await redirect(request, link)).searchParams.get('click_id');
  expect(id).toMatch(/^clk_/);
  return id;
}

/** A postback with these parameters; returns what it answered, and the status of HTTP as `http`. */
export async function postback(request, params, headers = {}) {
  const answer = await request.get('/api/postback', { params, headers });
  return { http: answer.status(), ...await answer.json() };
}
