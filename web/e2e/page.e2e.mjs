/*
 * Walks through the page in a real Chromium, against a running server that has no keys:
 *   BASE_URL=http://127.0.0.1:3001 SCREENSHOT_DIR=artifacts node e2e/page.e2e.mjs
 * With KEY_COMMAND='./run key' (and the server's DATA_DIR) it goes on to make keys and to log in. From then on that server
 * wants keys.
 * Steps build on each other: the first that fails ends the walk.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const baseUrl = process.env.BASE_URL ?? 'http://127.0.0.1:3001';
const screenshotDir = process.env.SCREENSHOT_DIR;
const keyCommand = process.env.KEY_COMMAND;
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const TIMEOUT_MS = 15_000;
const READ_ONLY = 'Недоступно: ваш ключ даёт право только на чтение.';

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
  ['hostile output stays text, in its place', showsHostileOutput],
  ['the session is ended, on the server too', endsSession],
  ['no other page can frame this one', refusesFrames],
  ...(keyCommand ? loginSteps() : []),
  ['nothing was logged as an error or blocked', staysQuiet],
];

function loginSteps() {
  return [
    ['once there is a key, the page asks for it', asksForKey],
    ['a wrong key is refused', refusesWrongKey],
    ['a right key opens the page, with what was typed', logsIn],
    ['no other site acts with the login', refusesForgery],
    ['a revoked key ends the login', endsWithKey],
    ['a read-only key explains what it is not good for', explainsReadOnly],
    ['the login is put away', logsOut],
  ];
}

const trouble = [];
let sessionId = '';
let key = '';

const browser = await chromium.launch({ executablePath, args: flags });
const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
context.setDefaultTimeout(TIMEOUT_MS);
const page = await context.newPage();
const session = page.getByRole('region', { name: /^(Session|Сессия)$/ });
const result = page.getByRole('region', { name: /^(Result|Результат)$/ });
const text = page.locator('#agent-text');
const keyField = page.getByLabel('Ключ API');
const account = page.getByRole('group', { name: 'Учётная запись' });
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
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (!isExpected(message.text())) trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  await page.exposeFunction('reportViolation', (what) => trouble.push(`blocked: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
}

/** Once keys exist the browser tells of every 401, which is what the walk then provokes. */
function isExpected(message) {
  return key !== '' && /status of 401/.test(message);
}

async function loads() {
  const response = await page.goto(baseUrl);
  assert.equal(response.status(), 200);
  const policy = response.headers()['content-security-policy'] ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /require-trusted-types-for 'script'/);
  assert.doesNotMatch(policy, /unsafe|data:|\*/);
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
  assert.equal(await sidewaysOverflow(), 0);
  await screenshot('05-narrow');
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** The server's answer is made up here: it is the page that is tried. */
async function showsHostileOutput() {
  const harmless = await layoutOf('harmless');
  const attack = [
    '<img src=x onerror="pwned=1"><script>pwned=1</script>',
    '\u001b]0;owned\u0007\u001b]8;;javascript:pwned=1\u0007click\u001b]8;;\u0007\u001b]52;c;cm0=\u0007',
    'javascript:pwned=1 \u0000 \ud800 {count}',
    `Z${'\u0301'.repeat(500)}`,
    '\ufdfd'.repeat(200),
    'W'.repeat(5000),
    '\u202eevil\u2066\u202d',
  ].join(' ');
  const hostile = await layoutOf(attack);
  await screenshot('06-hostile');

  assert.deepEqual(hostile, harmless, 'what stands around the output stays where it was');
  assert.equal(await page.title(), 'AI Agent Sandbox');
  assert.equal(await page.evaluate(() => 'pwned' in window), false);
  assert.equal(await result.locator('a, script, img:not(svg), iframe, form, object').count(), 0);
  assert.equal(await sidewaysOverflow(), 0);
  await page.setViewportSize({ width: 360, height: 740 });
  assert.equal(await sidewaysOverflow(), 0);
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** Where the page's own words begin, from left to right, beside an agent's output that is this text throughout. */
async function layoutOf(words) {
  const output = {
    sentiment: { label: 'negative', score: -1, confidence: 1, sentences: [{ text: words, score: -1 }] },
    keywords: [{ keyword: words, score: 1, count: 7 }],
    summary: { text: words },
    language: words,
  };
  const exited = { id: words.slice(0, 8), status: 'failed', output, stderr: words, durationMs: 1, exitCode: 1, signal: null };
  const body = `event: exited\ndata: ${JSON.stringify({ ...exited, error: { code: 'x', message: words } })}\n\n`;
  await page.route('**/runs', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
  await text.fill('Да.');
  await page.keyboard.press('Control+Enter');
  await result.locator('pre', { hasText: words.slice(0, 8) }).waitFor();
  await page.unroute('**/runs');
  await result.locator('details', { hasText: 'Самые весомые' }).locator('summary').click();
  return result.locator('h3, dt, header > *, summary, li > span:first-child').evaluateAll((elements) =>
    elements.map((element) => [element.textContent, Math.round(element.getBoundingClientRect().left)]),
  );
}

async function endsSession() {
  await session.getByRole('button', { name: 'Завершить' }).click();
  await session.getByText('Сессии пока нет').waitFor();
  const response = await fetch(`${baseUrl}/api/v1/sessions/${encodeURIComponent(sessionId)}`);
  assert.equal(response.status, 404);
  await screenshot('07-ended');
}

async function refusesFrames() {
  const other = await context.newPage();
  await other.setContent(`<iframe src="${baseUrl}"></iframe>`);
  await other.waitForFunction(() => window.performance.getEntriesByType('resource').length > 0);
  assert.deepEqual(other.frames().filter((frame) => frame.url().startsWith(baseUrl)), []);
  await other.close();
}

async function asksForKey() {
  key = await makeKey('--owner', 'alice');
  await text.fill('Half a thought about a wonderful day.');
  await page.keyboard.press('Control+Enter');
  await keyField.waitFor();
  assert.equal(await keyField.evaluate((field) => field === document.activeElement), true);
  assert.equal(await text.isVisible(), false);
  assert.equal(await keyField.getAttribute('type'), 'password');
  await screenshot('08-login');
}

async function refusesWrongKey() {
  await page.keyboard.type(`${key}x`);
  await page.keyboard.press('Enter');
  await page.getByText('Этот ключ не подходит.').waitFor();
  assert.equal(await keyField.getAttribute('aria-invalid'), 'true');
  await screenshot('09-wrong-key');
}

async function logsIn() {
  await page.keyboard.type(key); // over the wrong one, which is selected
  await page.keyboard.press('Enter');
  await account.getByText('alice').waitFor();
  assert.equal(await text.inputValue(), 'Half a thought about a wonderful day.');
  const kept = await page.evaluate(() => JSON.stringify([window.localStorage, window.sessionStorage, document.cookie, document.URL]));
  assert.doesNotMatch(kept, /ask_|agent-sandbox=/);

  await result.getByRole('button', { name: 'Попробовать снова' }).click();
  await result.getByText('Положительная').waitFor();
  await screenshot('10-logged-in');
}

/** From an origin of its own, with whatever cookies the browser gives it. */
async function refusesForgery() {
  const other = await context.newPage();
  const answers = await other.evaluate(async (target) => {
    const ask = (init) => fetch(target, { credentials: 'include', ...init }).then((answer) => answer.status, () => 'refused');
    return Promise.all([ask({ method: 'POST', body: '{}', mode: 'no-cors' }), ask({ method: 'DELETE' }), ask({})]);
  }, `${baseUrl}/api/v1/sessions`);
  await other.close();

  assert.deepEqual(answers.slice(1), ['refused', 'refused'], 'answers are not for other origins');
  const response = await fetch(`${baseUrl}/api/v1/sessions`, { headers: { Authorization: `Bearer ${key}` } });
  assert.equal((await response.json()).items.length, 1, 'the page’s own session, and no other');
}

async function endsWithKey() {
  await session.getByRole('button', { name: 'Завершить' }).click();
  await session.getByText('Сессии пока нет').waitFor();
  await runKeyCommand('revoke', key.split('_')[1]);
  await session.getByRole('button', { name: 'Начать сессию' }).click();
  await keyField.waitFor();
}

async function explainsReadOnly() {
  await keyField.fill(await makeKey('--owner', `alice ${'A'.repeat(100)}`, '--role', 'read-only'));
  await page.getByRole('button', { name: 'Войти' }).click();
  await account.getByText('только чтение').waitFor();
  const run = page.getByRole('button', { name: 'Запустить' });
  assert.equal(await run.getAttribute('aria-disabled'), 'true');
  assert.equal(await page.locator(`#${await run.getAttribute('aria-describedby')}`).innerText(), READ_ONLY);
  await page.setViewportSize({ width: 360, height: 740 });
  assert.equal(await sidewaysOverflow(), 0);
  await screenshot('11-read-only');
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function logsOut() {
  await account.getByRole('button', { name: 'Выйти' }).click();
  await keyField.waitFor();
  assert.equal(await page.locator('#agent-text').count(), 0);
  assert.deepEqual(await context.cookies(), []);
}

async function makeKey(...options) {
  return (await runKeyCommand('create', ...options)).trim();
}

async function runKeyCommand(...args) {
  const [command, ...first] = keyCommand.split(' ');
  return (await promisify(execFile)(command, [...first, ...args])).stdout;
}

async function sidewaysOverflow() {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
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
