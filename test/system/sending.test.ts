import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { API_KEY, findPort, makeSite, type Site } from '../support/site.ts';
import { until } from '../support/until.ts';

const AUTH = { authorization: `Bearer ${API_KEY}` };
const JSON_TYPE = { 'content-type': 'application/json' };
/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PICTURE = { name: 'sale.png', mimeType: 'image/png', buffer: PNG };
const HOUR_MS = 3_600_000;

/** Ana writes from her phone: only that opens the window. */
async function writeFromPhone(emulatorUrl: string, text: string): Promise<void> {
  const { numbers } = (await (await fetch(`${emulatorUrl}/phone/api/state`)).json()) as { numbers: { id: string }[] };
  const body = JSON.stringify({
    personId: 'ana',
    numberId: numbers[0]?.id,
    body: { type: 'text', text: { body: text } },
  });
  const answer = await fetch(`${emulatorUrl}/phone/api/messages`, { method: 'POST', headers: JSON_TYPE, body });
  expect(answer.status).toBe(201);
}

/** Somebody who has never written: a template over the API begins the conversation. */
async function beginWith(site: Site, to: string): Promise<void> {
  const template = { name: 'hello_world', language: { code: 'en_US' } };
  const body = JSON.stringify({ to, message: { type: 'template', template } });
  const answer = await fetch(`${site.url}/api/v1/messages`, {
    method: 'POST',
    headers: { ...AUTH, ...JSON_TYPE },
    body,
  });
  expect(answer.status).toBe(201);
}

const isSynced = async (site: Site): Promise<boolean> => {
  const answer = await fetch(`${site.url}/api/v1/templates`, { headers: AUTH });
  return ((await answer.json()) as { data: unknown[] }).data.length > 0;
};

async function signIn(page: Page, site: Site): Promise<void> {
  await page.goto(`${site.url}/#key=${API_KEY}`);
  await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
}

async function openThread(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Conversations' }).first().click();
  await page.getByRole('main').getByRole('link', { name }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

const sent = (page: Page, words: string | RegExp): Locator =>
  page.getByRole('article', { name: 'From the business' }).filter({ hasText: words }).last();

async function openStory(page: Page, words: string | RegExp): Promise<Locator> {
  await sent(page, words).getByRole('link', { name: 'Story' }).click();
  await page.getByRole('heading', { name: 'Its story' }).waitFor();
  return page.locator('section').filter({ has: page.getByRole('heading', { name: 'Its story' }) });
}

/** As `<input type="datetime-local">` has it, on the clock of a zone. */
const toLocal = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at).replace(' ', 'T');

async function sendWords(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Reply' }).fill('Your cake is ready.');
  await page.keyboard.press('Enter');
  await sent(page, 'Your cake is ready.')
    .getByText(/Sent|Delivered|Read/)
    .waitFor();
}

/** A text for the day after tomorrow: the window has closed by then. */
async function readRefusal(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Reply' }).fill('See you then.');
  await page.getByRole('button', { name: 'Later …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send later' });
  await dialog.getByLabel('Send at').fill(toLocal(Date.now() + 50 * HOUR_MS, 'Europe/Berlin'));
  await dialog.getByText('The window is closed by then').waitFor();
  await dialog.getByRole('button', { name: 'Schedule' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/service window will have been closed.*send a template/)
    .first()
    .waitFor();
  await dialog.getByRole('button', { name: 'Close', exact: true }).first().click();
}

async function schedule(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Later …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send later' });
  await dialog.getByText(/Mine: Europe\/Berlin/).waitFor();
  await dialog.getByText(/My clock: .* · Theirs: /).waitFor();
  await dialog.getByRole('button', { name: 'Schedule' }).click();
  await sent(page, 'See you then.').getByText('Scheduled').waitFor();
}

/** To another time on her clock, then not at all. */
async function moveAndCancel(page: Page): Promise<void> {
  await openStory(page, 'See you then.');
  await page.getByRole('button', { name: 'Change the time …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the time' });
  const at = Date.now() + 5 * HOUR_MS;
  await dialog.getByLabel('Send at').fill(toLocal(at, 'America/Sao_Paulo'));
  await dialog.getByRole('radio', { name: /The customer’s.*America\/Sao Paulo/ }).check();
  await dialog.getByText(`Theirs: `).waitFor();
  await dialog.getByRole('button', { name: 'Change', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  const time = page.getByRole('definition').filter({ hasText: 'America/Sao Paulo' }).locator('time');
  expect(Date.parse((await time.getAttribute('datetime')) ?? '')).toBe(Math.floor(at / 60_000) * 60_000);
  await page.getByRole('button', { name: 'Cancel …' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the message' }).click();
  await page.getByRole('heading', { name: 'Message not sent', level: 1 }).waitFor();
}

async function pickTemplate(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: 'Template' }).click();
  await page.getByRole('option', { name }).click();
}

async function sendTemplate(page: Page): Promise<void> {
  await page.getByText('The window is closed', { exact: true }).waitFor();
  expect(await page.getByRole('textbox', { name: 'Reply' }).count()).toBe(0);
  await pickTemplate(page, /^order_update · American English/);
  await page.getByRole('textbox', { name: '{{1}}' }).fill('Ben');
  await page.getByRole('textbox', { name: '{{2}}' }).fill('77');
  await page.getByRole('textbox', { name: 'End of the address of “Track”' }).fill('77');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const message = sent(page, 'Hi Ben, your order 77 is on its way.');
  await message.getByRole('list', { name: 'Buttons' }).getByText('https://example.org/track/77').waitFor();
  await message.getByText(/Sent|Delivered|Read/).waitFor();
}

/** Why it was allowed, what Meta said and what it cost. */
async function readStory(page: Page): Promise<void> {
  const story = await openStory(page, 'Hi Ben, your order 77');
  for (const words of ['Templates may be sent at any time', 'Accepted by WhatsApp', /Charged as utility/])
    await story.getByText(words).first().waitFor();
}

/** With a picture from this computer: another kind is refused before it is sent, a broken upload tried once more. */
async function sendPicture(page: Page): Promise<void> {
  await pickTemplate(page, /^spring_sale/);
  const field = page.locator('input[type=file]');
  await field.setInputFiles({ ...PICTURE, name: 'sale.webp', mimeType: 'image/webp' });
  await page.getByRole('alert').getByText('it may be JPEG or PNG.').waitFor();
  await page.route('**/api/v1/media', (route) => route.abort(), { times: 1 });
  await field.setInputFiles(PICTURE);
  await page.getByRole('alert').getByText('Wharf does not answer').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText(/^Uploaded, \d+ bytes$/).waitFor();
  await page.getByRole('textbox', { name: '{{1}}' }).fill('Ben');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const message = sent(page, 'Ben, everything is 20 % off until Sunday.');
  await message.getByRole('img', { name: 'Photo: sale.png' }).waitFor();
  await message.getByText(/Sent|Delivered|Read/).waitFor();
}

async function optOut(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Contact and consents' }).click();
  await page.getByRole('button', { name: 'Record an opt-out …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Record an opt-out' });
  await dialog.getByRole('button', { name: 'Record', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Objected').first().waitFor();
}

async function readOptedOut(page: Page): Promise<void> {
  await pickTemplate(page, /^spring_sale/);
  await page.locator('input[type=file]').setInputFiles(PICTURE);
  await page.getByText(/^Uploaded, \d+ bytes$/).waitFor();
  await page.getByRole('textbox', { name: '{{1}}' }).fill('Ben');
  const before = await page.getByRole('article', { name: 'From the business' }).count();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page
    .getByRole('alert')
    .getByText(/This person wants no marketing messages/)
    .first()
    .waitFor();
  expect(await page.getByRole('article', { name: 'From the business' }).count()).toBe(before);
}

async function createTemplate(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Templates', exact: true }).click();
  await page.getByRole('link', { name: 'New template' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('autumn_sale');
  await page.getByLabel('Above the text').selectOption({ label: 'Picture' });
  await page.locator('input[type=file]').setInputFiles(PICTURE);
  await page.getByText(/^Uploaded, \d+ bytes$/).waitFor();
  await page.getByRole('textbox', { name: 'Body' }).fill('Everything is cheaper until Sunday.');
  await page.getByRole('button', { name: 'Submit for review' }).click();
  await page.getByRole('heading', { name: 'autumn_sale', level: 1 }).waitFor();
}

test('a person answers, schedules, sends templates with files, reads why and at what cost, and hears why not', async () => {
  const emulatorPort = String(await findPort());
  await using site = await makeSite({
    WHARF_API_KEY: API_KEY,
    WHARF_EMULATOR: 'on',
    WHARF_EMULATOR_PORT: emulatorPort,
  });
  await site.start();
  await until('the templates were read', () => isSynced(site));
  await writeFromPhone(`http://127.0.0.1:${emulatorPort}`, 'Is my cake ready?');
  await beginWith(site, '+44 7700 900002');
  const complaints: string[] = [];
  await withBrowser(
    async ({ context }) => {
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('pageerror', (error) => complaints.push(error.message));
      await signIn(page, site);
      await openThread(page, 'Ana Souza');
      await sendWords(page);
      await readRefusal(page);
      await schedule(page);
      await moveAndCancel(page);
      await openThread(page, '+447700900002');
      await sendTemplate(page);
      await readStory(page);
      await openThread(page, '+447700900002');
      await sendPicture(page);
      await optOut(page);
      await openThread(page, '+447700900002');
      await readOptedOut(page);
      await createTemplate(page);
    },
    { timezoneId: 'Europe/Berlin', locale: 'en-GB' },
  );
  expect(complaints).toEqual([]);
});
