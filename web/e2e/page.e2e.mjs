/*
 * Walks through the page in a real Chromium, against a running server:
 *   BASE_URL=http://127.0.0.1:3001 SCREENSHOT_DIR=artifacts node e2e/page.e2e.mjs
 * Steps build on each other: the first that fails ends the walk.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

const baseUrl = process.env.BASE_URL ?? 'http://127.0.0.1:3001';
const screenshotDir = process.env.SCREENSHOT_DIR;
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const TIMEOUT_MS = 15_000;

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const steps = [
  ['the page loads under a strict content security policy', loads],
  ['a session is created and says what it is made of', createsSession],
  ['the countdown ticks', countdownTicks],
  ['a reload finds the session again', survivesReload],
  ['the walls in force are listed, by keyboard too', showsWalls],
  ['a Russian sample is analysed', analysesRussian],
  ['the language is switched', switchesLanguage],
  ['the session is extended', extendsSession],
  ['a part that is switched off is left out', leavesOutSummary],
  ['a text that is too long is refused beside its field', refusesLongText],
  ['a narrow screen shows everything without sideways scrolling', fitsNarrowScreen],
  ['the session is ended, on the server too', endsSession],
  ['nothing was logged as an error or blocked', staysQuiet],
];

const trouble = [];
let sessionId = '';

const browser = await chromium.launch({ executablePath, args: flags });
const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
context.setDefaultTimeout(TIMEOUT_MS);
const page = await context.newPage();
const session = page.getByRole('region', { name: /^(Session|Сессия)$/ });
const result = page.getByRole('region', { name: /^(Result|Результат)$/ });
const text = page.locator('#agent-text');
const timer = session.getByRole('timer');

const outcome = await walk();
await browser.close();
console.log(`${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`);
process.exitCode = outcome.failed === 0 ? 0 : 1;

async function walk() {
  await watchForTrouble();
  let passed = 0;
  for (const [name, step] of steps) {
    try {
      await step();
      passed += 1;
      console.log(`ok      ${name}`);
    } catch (error) {
      console.log(`FAILED  ${name}\n${error.stack}\n${trouble.join('\n')}`);
      await screenshot('failed').catch(() => undefined);
      return { passed, failed: 1, skipped: steps.length - passed - 1 };
    }
  }
  return { passed, failed: 0, skipped: 0 };
}

async function watchForTrouble() {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  await page.exposeFunction('reportViolation', (what) => trouble.push(`blocked: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
}

async function loads() {
  const response = await page.goto(baseUrl);
  assert.equal(response.status(), 200);
  assert.match(response.headers()['content-security-policy'] ?? '', /default-src 'self'/);
  await text.waitFor();
  await page.getByRole('combobox').getByRole('option', { name: 'Text analysis' }).waitFor({ state: 'attached' });
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await screenshot('01-empty');
}

async function createsSession() {
  await page.getByRole('button', { name: 'Start session' }).click();
  await timer.waitFor();
  sessionId = await session.locator('code').innerText();
  assert.notEqual(sessionId, '');
  for (const name of ['Template', 'Runtime', 'Isolation', 'Memory', 'CPU', 'Processes', 'Disk']) {
    const value = await session.locator('dl > div', { hasText: name }).locator('dd').innerText();
    assert.notEqual(value.trim(), '', name);
  }
}

async function countdownTicks() {
  const before = await secondsLeft();
  assert.ok(before > 0);
  await waitForSeconds((now) => now < before);
}

async function survivesReload() {
  await page.reload();
  await timer.waitFor();
  assert.equal(await session.locator('code').innerText(), sessionId);
}

async function showsWalls() {
  await session.locator('summary').focus();
  await page.keyboard.press('Enter');
  const walls = session.locator('details[open]').getByRole('listitem');
  for (const name of ['No network', 'System call filter', 'Not root', 'No capabilities', 'No new privileges']) {
    assert.equal(await walls.filter({ hasText: name }).getAttribute('data-state'), 'inForce', name);
  }
  await session.getByText(/Kernel seen there: \d/).waitFor();
}

async function analysesRussian() {
  await chooseRussianSample();
  await page.keyboard.press('Control+Enter');
  await result.getByText(/^(Positive|Negative|Neutral)$/).waitFor();
  await result.getByRole('img', { name: /^Score/ }).waitFor();

  assert.ok((await result.getByRole('listitem').count()) >= 3, 'keywords');
  const summary = await section('Summary').locator('p').innerText();
  assert.match(summary, /[а-яё]{3}/i);
  assert.equal(await fact('Language'), 'Russian');
  assert.equal(await session.locator('code').innerText(), sessionId, 'the run uses the session that is there');
  await screenshot('02-result-english');
}

async function switchesLanguage() {
  await page.getByRole('button', { name: 'Русский' }).click();
  await result.getByText(/^(Положительная|Отрицательная|Нейтральная)$/).waitFor();
  await page.getByRole('button', { name: 'Запустить' }).waitFor();
  assert.equal(await fact('Язык'), 'Русский');
  assert.equal(await page.locator('html').getAttribute('lang'), 'ru');

  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot('03-result-russian-dark');
  await page.emulateMedia({ colorScheme: 'light' });
}

async function extendsSession() {
  const before = await secondsLeft();
  await session.getByRole('button', { name: 'Продлить' }).click();
  await waitForSeconds((now) => now > before);
}

async function leavesOutSummary() {
  await page.getByRole('checkbox', { name: 'Краткое содержание' }).uncheck();
  await page.getByRole('button', { name: 'Запустить' }).click();
  await section('Краткое содержание').waitFor({ state: 'detached' });
  await section('Тональность').waitFor();
}

async function refusesLongText() {
  const runs = [];
  const record = (request) => runs.push(request.url());
  page.on('request', record);
  await text.fill('я'.repeat(10_001));
  await page.keyboard.press('Control+Enter');

  await page.getByText('Текст длиннее на 1 символ.').waitFor();
  assert.equal(await text.getAttribute('aria-invalid'), 'true');
  page.off('request', record);
  assert.deepEqual(runs.filter((url) => url.endsWith('/runs')), []);
  await screenshot('04-too-long');
}

async function fitsNarrowScreen() {
  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.equal(overflow, 0);
  await screenshot('05-narrow');
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function endsSession() {
  await session.getByRole('button', { name: 'Завершить' }).click();
  await session.getByText('Сессии пока нет').waitFor();
  const response = await fetch(`${baseUrl}/api/v1/sessions/${encodeURIComponent(sessionId)}`);
  assert.equal(response.status, 404);
  await screenshot('06-ended');
}

async function staysQuiet() {
  assert.deepEqual(trouble, []);
}

async function chooseRussianSample() {
  for (const sample of await page.getByRole('group', { name: 'Try a sample' }).getByRole('button').all()) {
    await sample.click();
    const value = await text.inputValue();
    if (/[а-яё]/i.test(value) && !/[a-z]/i.test(value)) return;
  }
  assert.fail('no sample is in Russian');
}

function section(heading) {
  return result.locator('section', { has: page.getByRole('heading', { name: heading, exact: true }) });
}

async function fact(name) {
  return result.locator('dl > div', { hasText: name }).locator('dd').innerText();
}

async function secondsLeft() {
  return toSeconds(await timer.innerText());
}

async function waitForSeconds(condition) {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!condition(await secondsLeft())) {
    assert.ok(Date.now() < deadline, `the countdown stays at ${await timer.innerText()}`);
    await page.evaluate(() => new Promise((resolve) => window.requestAnimationFrame(resolve)));
  }
}

function toSeconds(clock) {
  return clock.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}

async function screenshot(name) {
  if (!screenshotDir) return;
  await mkdir(screenshotDir, { recursive: true });
  await page.screenshot({ path: path.join(screenshotDir, `${name}.png`), fullPage: true });
}
