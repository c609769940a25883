import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { examples } from '../../src/explorer/examples.js';
import { startTestServer } from '../support/server.js';
import { chromiumPath, launchChromium } from './browser.js';

const inRepo = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const chromium = chromiumPath();

if (!chromium) {
  const reason = 'no Chromium found; install it (Debian: apt-get install chromium) or name it in CHROMIUM_PATH';
  if (process.env.CI) throw new Error(`The explorer must be tested in CI: ${reason}`);
  console.warn(`Skipping the explorer's tests: ${reason}`);
}

describe.skipIf(!chromium)('the explorer, in a browser', () => {
  let server: Awaited<ReturnType<typeof startTestServer>>;
  /** Not for development. */
  let closed: Awaited<ReturnType<typeof startTestServer>>;
  let browser: Browser;
  let page: Page;
  let requests: string[];
  let complaints: string[];

  beforeAll(async () => {
    if (!existsSync(inRepo('dist/explorer/index.html')))
      execFileSync(
        process.execPath,
        [inRepo('node_modules/vite/bin/vite.js'), 'build', '--config', inRepo('src/explorer/vite.config.ts')],
        { stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production' } },
      );
    server = await startTestServer({ development: true });
    closed = await startTestServer({ seed: false });
    browser = await launchChromium(chromium ?? '');
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await closed?.close();
  }, 60_000);

  beforeEach(async () => {
    requests = [];
    complaints = [];
    // A context of its own, so that each test is a first visit.
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(server.url);
  }, 60_000);

  afterEach(async () => {
    await page.context().close();
  });

  const tab = (name: string) => page.getByRole('tab').getByText(name, { exact: true });
  const editor = () => page.getByRole('region', { name: 'Operation Editor' });
  const response = () => page.getByRole('region', { name: 'Result Window' });
  // Both editors: before they are there, the execute button does nothing.
  const opened = async (operation: string) => {
    await editor().getByText(operation, { exact: true }).waitFor({ timeout: 30_000 });
    await response().locator('.monaco-editor').first().waitFor({ timeout: 30_000 });
  };
  const run = () => page.getByRole('button', { name: /^Execute query/ }).click();
  /** Goes to the tab that has Phúc Thọ's target and result. */
  const phucTho = async () => {
    await opened('Q01Tree');
    await tab('Q02TargetAndResult').click();
    await opened('Q02TargetAndResult');
  };

  test('a tab shows that Phúc Thọ has 396.52 % of its target, and asks no other host for anything', async () => {
    expect(await page.title()).toBe('Liendoan');
    await phucTho();
    await run();
    await response().getByText('396.52', { exact: true }).waitFor({ timeout: 30_000 });
    const shown = (await response().innerText()).replaceAll('\u00a0', ' ');
    expect(shown).toContain('LĐLĐ huyện Phúc Thọ');
    expect(shown).toMatch(/"value": 1709\b/);
    expect(shown).toMatch(/"value": 431\b/);

    expect(requests.length).toBeGreaterThan(5);
    const elsewhere = requests.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== new URL(server.url).origin);
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  }, 90_000);

  test('every ready query has a tab at the first visit, and the tab shows it', async () => {
    await opened('Q01Tree');
    for (const { query } of examples) {
      const operation = /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1] ?? '';
      await tab(operation).click();
      await opened(operation);
    }
    expect(await page.getByRole('tab').count()).toBe(examples.length);
    expect(complaints).toEqual([]);
  }, 120_000);

  test('a tab once closed stays closed at the next visit, and its example opens again from the menu', async () => {
    await opened('Q01Tree');
    await tab('Q04Bases').click();
    await opened('Q04Bases');
    await page.getByRole('tab', { selected: true }).getByRole('button', { name: 'Close Tab' }).click();
    await tab('Q04Bases').waitFor({ state: 'detached' });
    // GraphiQL writes its tabs half a second later.
    await page.waitForFunction(() => !localStorage.getItem('graphiql:tabState')?.includes('Q04Bases'));
    await page.reload();
    await tab('Q01Tree').waitFor();
    expect(await tab('Q04Bases').count()).toBe(0);

    await page.getByRole('button', { name: /^Examples/ }).click();
    await page.getByRole('menuitem', { name: /^Q04/ }).click();
    await opened('Q04Bases');
    await tab('Q04Bases').waitFor();
    expect(complaints).toEqual([]);
  }, 90_000);

  const box = () => page.getByLabel('Ask as');
  const shown = async (): Promise<string> => (await response().innerText()).replaceAll('\u00a0', ' ');
  /** What the execute button sends, and what comes back. */
  const sent = async (): Promise<{ authorization: string | undefined; status: number; answer: unknown }> => {
    const [answer] = await Promise.all([page.waitForResponse((each) => each.url().endsWith('/graphql') && !each.request().postData()?.includes('__schema')), run()]);
    return { authorization: await answer.request().headerValue('authorization') ?? undefined, status: answer.status(), answer: await answer.json() };
  };

  test('it asks as the caller chosen, who sees their units and no others, and remembers who that is', async () => {
    await phucTho();
    const labels = await box().locator('option').allInnerTexts();
    expect(labels).toEqual([expect.stringMatching(/^ADMIN · /), 'APPROVER · LĐLĐ thành phố Hà Nội', 'VIEWER · LĐLĐ huyện Phúc Thọ', expect.stringMatching(/^PARTNER · /), 'anonymous']);
    expect(await box().inputValue()).toBe(labels[0]);
    const seen = { orgUnit: { progress: { completionPercent: 396.52 } } };
    expect(await sent()).toMatchObject({ authorization: expect.stringMatching(/^Bearer ey/), answer: { data: seen } });

    await box().selectOption('VIEWER · LĐLĐ huyện Phúc Thọ');
    const viewer = await sent();
    expect(viewer).toMatchObject({ authorization: expect.stringMatching(/^Bearer ey/), answer: { data: seen } });
    await response().getByText('S0-15').waitFor({ timeout: 30_000 });

    await box().selectOption('anonymous');
    expect(await sent()).toMatchObject({ authorization: undefined, answer: { data: { orgUnit: { progress: { completionPercent: 396.52 }, results: { nodes: [] }, targets: { nodes: [] } } } } });
    await response().getByText('S0-15').waitFor({ state: 'detached', timeout: 30_000 });
    expect(await shown()).toContain('396.52');

    await page.reload();
    await opened('Q02TargetAndResult');
    expect(await box().inputValue()).toBe('anonymous');
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('eyJ');
    expect(complaints).toEqual([]);
  }, 90_000);

  test('a subscription goes on until it is stopped', async () => {
    await opened('Q01Tree');
    await tab('Live').click();
    await opened('Live');
    await run();
    await response().getByText('"progress"').waitFor({ timeout: 30_000 });
    expect(await shown()).toMatch(/"progress": \[\]/);
    await server.load([{ type: 'result', unit: 'D272', campaign: '1m-initiatives', phase: 'phase-1', indicator: 'initiatives', coverage: 'SUBTREE', asOf: '2022-06-01', value: 123_456 }]);
    await response().getByText('123456', { exact: true }).waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: /^Stop query/ }).click();
    await page.getByRole('button', { name: /^Execute query/ }).waitFor();
    expect(complaints).toEqual([]);
  }, 90_000);

  test('whose token has expired while the page was open gets another', async () => {
    const tokens = await Promise.all(['1', '2'].map((jti) => server.tokenFor('dev:ADMIN@TLD', { jti })));
    let asked = 0;
    // The page that is there has its callers: it takes none of these.
    await box().locator('option').first().waitFor({ state: 'attached', timeout: 30_000 });
    await page.route('**/development/callers', (route) => route.fulfill({ json: [{ label: 'ADMIN', token: tokens[asked++] }] }));
    await page.reload();
    await phucTho();
    const came: unknown[] = [];
    await page.route('**/graphql', async (route) => {
      const authorization = await route.request().headerValue('authorization');
      if (route.request().postData()?.includes('__schema')) return route.continue();
      came.push(authorization);
      return authorization === `Bearer ${tokens[0]}` ? route.fulfill({ status: 401, json: { errors: [] } }) : route.continue();
    });
    await run();
    await response().getByText('396.52', { exact: true }).waitFor({ timeout: 30_000 });
    expect(came).toEqual(tokens.map((token) => `Bearer ${token}`));
  }, 90_000);

  test('outside development it takes a token, keeps it for the tab only, and is anonymous without', async () => {
    await page.goto(closed.url);
    await opened('Q01Tree');
    expect(await box().getAttribute('placeholder')).toMatch(/^anonymous/);
    expect(await sent()).toMatchObject({ authorization: undefined, status: 200 });
    const token = await closed.tokenFor('lan');
    await box().fill(` Bearer ${token}\n`);
    expect(await sent()).toMatchObject({ authorization: `Bearer ${token}`, status: 200 });
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(token);
    await page.reload();
    await opened('Q01Tree');
    expect(await sent()).toMatchObject({ authorization: `Bearer ${token}` });
    await box().fill('garbage');
    expect(await sent()).toMatchObject({ status: 401, answer: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
    await box().fill('');
    expect(await sent()).toMatchObject({ authorization: undefined, status: 200 });
    expect(await page.evaluate(() => ({ ...sessionStorage }))).toEqual({});
  }, 90_000);
});
