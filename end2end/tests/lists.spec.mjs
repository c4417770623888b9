// Lists in a live page: what comes in meanwhile moves nothing on the pages behind the first, and numbers are aligned.
import { expect, test } from '@playwright/test';
import { click, createOffer, network } from './network.mjs';
import { signUp, unique } from './people.mjs';

test('A list goes on where it was while clicks come in', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  const made = [];
  const visit = async () => { made.unshift(await click(request, net.link)); };
  for (let count = 0; count < 52; count += 1) await visit();

  const rows = partner.locator('main tbody tr');
  const ids = rows.locator('[title^="clk_"]');
  const expectRows = async (wanted) => {
    await expect(ids).toHaveCount(wanted.length);
    await expect(ids).toHaveText(wanted);
  };
  const pages = partner.getByRole('navigation', { name: 'Pages' });
  const turn = (name) => pages.getByRole('link', { name, exact: true }).click();

  await partner.goto('/partner/clicks');
  await expectRows(made.slice(0, 50));
  await expect(pages.getByRole('link', { name: 'Previous', exact: true })).toHaveCount(0);
  await turn('Next');
  await expectRows(made.slice(50));
  await expect(pages.getByRole('link', { name: 'Next', exact: true })).toHaveCount(0);

  // Three come in: this page stays, and the one before is what it was.
  const [first, second] = [made.slice(0, 50), made.slice(50)];
  for (let count = 0; count < 3; count += 1) await visit();
  await expectRows(second);
  await turn('Previous');
  await expectRows(first);
  await turn('Previous');
  await expectRows(made.slice(0, 3));
  await turn('Next');
  await expectRows(first);

  // The browser's own way back, and the list's.
  await partner.goBack();
  await expectRows(made.slice(0, 3));
  await turn('First');
  await expectRows(made.slice(0, 50));
});

test('A search ignores case in every script', async ({ browser }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  const name = `Шоп ÉCLAIR ${net.offer}`;
  await partner.goto(net.offerPath);
  await partner.locator('input[name="name"]').fill(name);
  await partner.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(partner.locator('h1')).toHaveText(name);
  for (const text of ['éclair', 'шоп', 'ШОП É', 'e\u0301clair']) {
    await partner.goto('/partner/offers');
    await partner.getByRole('searchbox', { name: 'Search' }).fill(text);
    await partner.getByRole('button', { name: 'Filter' }).click();
    await expect(partner.locator('main tbody tr'), text).toHaveCount(1);
    await expect(partner.locator('main tbody tr'), text).toContainText(name);
  }
  await partner.goto('/partner/offers?text=eclair');
  await expect(partner.getByText('No matches')).toBeVisible();
});

test('Numbers stand below each other, to the right', async ({ browser }) => {
  const partner = await signUp(browser, 'partner', unique('partner'));
  await createOffer(partner, unique('offer'), 'https://shop.example/p');
  await partner.goto('/partner/offers');
  for (const number of [partner.getByRole('columnheader', { name: 'Clicks' }), partner.locator('tbody td[data-label="Clicks"]')]) {
    await expect(number).toHaveCSS('text-align', 'right');
  }
  await expect(partner.getByRole('columnheader', { name: 'Offer' })).toHaveCSS('text-align', 'left');
});

test('Columns can be left out of a list, and the choice lasts', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  await click(request, net.link);
  const heads = () => partner.locator('main thead th').allInnerTexts();
  const cells = partner.locator('main tbody tr').first().locator('td');
  await partner.goto('/partner/clicks');
  const before = await heads();
  expect(before).toContain('IP address');
  await partner.getByText('Columns', { exact: true }).click();
  for (const name of ['IP address', 'Country']) await partner.getByLabel(name).uncheck();
  await partner.getByRole('button', { name: 'Apply', exact: true }).last().click();
  await expect(partner.locator('main thead th')).toHaveCount(before.length - 2);
  await expect(cells).toHaveCount(before.length - 2);
  await partner.goto('/partner/offers');
  await partner.goto('/partner/clicks?sort=oldest');
  expect(await heads()).toEqual(before.filter((head) => !['IP address', 'Country'].includes(head)));
  await partner.getByText('Columns', { exact: true }).click();
  await partner.getByLabel('Country').check();
  await partner.getByRole('button', { name: 'Apply', exact: true }).last().click();
  await expect(partner.locator('main thead th')).toHaveCount(before.length - 1);
});
