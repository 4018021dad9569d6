import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { makeSite } from '../support/site.ts';
import { until } from '../support/until.ts';
import { readBanner, type Wharf } from '../support/wharf.ts';

/** What the issue grants from `npm start` to the first reply, with the pages built already. */
const FIRST_REPLY_WITHIN_MS = 10_000;

const chatOf = (phone: Page): Locator => phone.getByRole('log', { name: 'Messages' });
const fromBusiness = (phone: Page): Locator => chatOf(phone).getByRole('article', { name: /^Business at/ });
const fromMe = (phone: Page): Locator => chatOf(phone).getByRole('article', { name: /^You at/ });

async function write(phone: Page, text: string): Promise<void> {
  await phone.getByRole('textbox', { name: 'Message' }).fill(text);
  await phone.getByRole('button', { name: 'Send', exact: true }).click();
}

const isAnswered = (phone: Page, words: string | RegExp): Promise<void> =>
  fromBusiness(phone).filter({ hasText: words }).first().waitFor({ timeout: 15_000 });

/** Both ticks, coloured: the business has read it. */
const isRead = (phone: Page, text: string | RegExp): Promise<void> =>
  fromMe(phone).filter({ hasText: text }).getByText('Read by the business').first().waitFor({ timeout: 15_000 });

async function buildPages(): Promise<void> {
  const { ensureWeb } = await import('../../scripts/web.ts');
  await ensureWeb();
}

async function talk(phone: Page): Promise<void> {
  await write(phone, 'price');
  await isAnswered(phone, 'Our prices: coffee 3, cake 4, both 6.');
  await write(phone, 'order');
  await isAnswered(phone, /Your order number is \d{4}/);
  await fromBusiness(phone).getByRole('button', { name: 'Where is it?' }).click();
  await isAnswered(phone, /Order \d{4} leaves the kitchen/);
  await isRead(phone, 'Where is it?');
}

async function sendPhoto(phone: Page): Promise<void> {
  await phone.getByRole('button', { name: 'Attach' }).click();
  await phone.getByRole('region', { name: 'What to attach' }).getByRole('button', { name: 'Sample photo' }).click();
  await isAnswered(phone, 'we have received your photo');
  const photo = fromMe(phone).filter({ has: phone.getByRole('img', { name: 'Photo' }) });
  await photo.getByRole('button', { name: /Reactions: 👀/ }).waitFor();
  await photo.getByText('Read by the business').waitFor();
}

async function reactWithEmoji(phone: Page): Promise<void> {
  const answer = fromBusiness(phone).filter({ hasText: 'Our prices' });
  await answer.hover();
  await answer.getByRole('button', { name: 'React, reply and more' }).click();
  await answer.getByRole('button', { name: 'React with 👍' }).click();
  await answer.getByRole('button', { name: /Reactions: 👍/ }).waitFor();
}

async function signIn(page: Page, wharf: Wharf): Promise<void> {
  await page.goto(readBanner(wharf.output(), 'Sign in') ?? '');
  await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
  expect(page.url(), 'the key has left the address bar').not.toContain('key=');
}

async function readEvents(page: Page): Promise<void> {
  const table = page.getByRole('table');
  await table.getByRole('row', { name: /message\.received.*hello/ }).waitFor();
  await table.getByRole('row', { name: /message\.reaction.*👍/ }).waitFor();
  await table
    .getByRole('row', { name: /message\.status.*read/i })
    .first()
    .waitFor();
}

/** From the list of conversations to the reply to "hello" and everything that happened to it. */
async function readStory(page: Page): Promise<string[]> {
  await page.getByRole('link', { name: 'Conversations' }).click();
  await page.getByRole('main').getByRole('listitem').first().getByRole('link').click();
  const reply = page.getByRole('article', { name: 'From the business' }).filter({ hasText: 'Hello' }).first();
  await reply.getByText(/Read$/).waitFor();
  await reply.getByRole('link', { name: 'Story' }).click();
  await page.getByRole('heading', { name: 'Its story' }).waitFor();
  const story = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Its story' }) });
  return story.getByRole('list').first().getByRole('listitem').allInnerTexts();
}

test('a newcomer starts Wharf, talks to the shop from the phone page, and reads the whole story in the dashboard', async () => {
  await buildPages();
  await using site = await makeSite();
  await withBrowser(async ({ context }) => {
    const startedAt = performance.now();
    const wharf = await site.start({}, 'npm');
    const phone = await context.newPage();
    await phone.goto(readBanner(wharf.output(), 'Phone') ?? '');
    await write(phone, 'hello');
    await isAnswered(phone, 'Write price or order');
    const firstReplyMs = Math.round(performance.now() - startedAt);
    console.log(
      `From npm start to the first reply on an empty data folder: ${firstReplyMs} ms (ready after ${Math.round(wharf.readyMs)} ms)`,
    );
    await isRead(phone, 'hello');

    await talk(phone);
    await sendPhoto(phone);
    await reactWithEmoji(phone);

    const dashboard = await context.newPage();
    const complaints: string[] = [];
    dashboard.on('pageerror', (error) => complaints.push(error.message));
    await signIn(dashboard, wharf);
    await readEvents(dashboard);
    const story = await until('the story has its end', async () => {
      const steps = await readStory(dashboard);
      return steps.some((step) => /Status[\s\S]*Read/.test(step)) ? steps : null;
    });
    const names = ['Webhook', 'Event', 'Reaction', 'Outbox', 'Policy', 'Attempt', 'Outcome', 'Status'];
    expect(names.filter((name) => !story.some((step) => step.includes(name)))).toEqual([]);
    expect(complaints).toEqual([]);

    await wharf.stop('SIGINT');
    const againAt = performance.now();
    const again = await site.start({}, 'npm');
    await phone.reload();
    await write(phone, 'hello again');
    await fromBusiness(phone).filter({ hasText: 'Write price or order' }).nth(1).waitFor({ timeout: 15_000 });
    const warmMs = Math.round(performance.now() - againAt);
    console.log(`From a warm npm start to the first reply: ${warmMs} ms (ready after ${Math.round(again.readyMs)} ms)`);
    expect(warmMs).toBeLessThan(FIRST_REPLY_WITHIN_MS);
    await again.stop('SIGINT');
  });
});
