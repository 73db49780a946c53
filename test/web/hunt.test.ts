/** People hunt in the page: a real server with demo data, a real browser. Skipped where there is no Chromium and none can be installed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadDemo } from '../../src/demo/load.ts'
import { openBrowser, openPage, type WatchedPage } from '../support/browser.ts'
import {
  ask,
  cellOf,
  editor,
  hasBrowser,
  openHunt,
  picture,
  readOut,
  rows,
  textIn,
  type,
  violations,
} from '../support/hunt-page.ts'
import { startServer, type TestServer } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-web-'))
const store = join(folder, 'store')
let browser: Browser | undefined
let server: TestServer

beforeAll(async () => {
  browser = await openBrowser()
  await loadDemo(store, { now: Date.now(), events: 6000 })
  server = await startServer({ store })
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!hasBrowser)('the page', () => {
  let opened: WatchedPage
  let page: Page
  beforeAll(async () => {
    opened = await openHunt(browser!, server)
    page = opened.page
  }, 90_000)
  afterAll(async () => {
    expect(opened.complaints).toEqual([])
    await opened.context.close()
  })

  it('completes names of tables, columns and operators while one types', async () => {
    await page.locator('[data-knows]').waitFor({ timeout: 60_000 })
    await editor(page).click()
    const suggestions = page.locator('.suggest-widget .monaco-list-row')
    await page.keyboard.type('DeviceProcessEv', { delay: 30 })
    await suggestions.filter({ hasText: 'DeviceProcessEvents' }).first().waitFor()
    await page.keyboard.press('Enter')
    // A table brings the pipe after it.
    await page.keyboard.type('where FileNa', { delay: 30 })
    await suggestions.filter({ hasText: 'FileName' }).first().waitFor()
    await picture(page, 'completion')
    await page.keyboard.press('Escape')
    expect(await textIn(page)).toMatch(/DeviceProcessEvents\s*\| where FileNa/)
  }, 90_000)

  it('offers pieces of hunts after a pipe', async () => {
    await ask(page, 'DeviceProcessEvents | take 1')
    await editor(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('\n| rarev', { delay: 30 })
    const offered = page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'rare values' })
    await offered.first().click()
    await expect.poll(() => editor(page).innerText()).toContain('Devices')
  }, 60_000)

  it('runs a query, and sorts and filters what comes', async () => {
    const query = 'DeviceProcessEvents | summarize Count = count() by FileName'
    await ask(page, query)
    await readOut(page).filter({ hasText: ' rows' }).waitFor()
    const { body } = await server.ask(query)
    const counts = body.Results!.map((r) => Number(r.Count)).sort((a, b) => b - a)
    await readOut(page)
      .filter({ hasText: `${counts.length} rows` })
      .waitFor()
    const header = page.locator('.ag-header-cell[col-id="Count"]')
    await header.click()
    await header.click()
    await expect.poll(() => cellOf(page, 'Count').innerText()).toBe(String(counts[0]))
    await expect.poll(() => cellOf(page, 'Count', 1).innerText()).toBe(String(counts[1]))
    await page.getByLabel('Search in results').fill('powershell')
    await expect
      .poll(() => rows(page).count())
      .toBe(body.Results!.filter((r) => /powershell/i.test(JSON.stringify(r))).length)
    await page.getByLabel('Search in results').fill('')
  }, 60_000)

  it('filters by a value from its menu, in the query itself', async () => {
    await ask(page, 'DeviceProcessEvents | project DeviceName, FileName')
    await cellOf(page, 'FileName').click({ button: 'right' })
    const value = await cellOf(page, 'FileName').innerText()
    // The menu stands over the page, it does not take its place.
    const behind = await page.evaluate('document.elementFromPoint(100, 20).closest("header") !== null')
    expect(behind).toBe(true)
    await picture(page, 'menu')
    await page.getByRole('menuitem', { name: /^Filter in/ }).click()
    await expect.poll(() => textIn(page)).toContain(`| where FileName == "${value}"`)
    const { body } = await server.ask(`DeviceProcessEvents | where FileName == "${value}" | count`)
    await readOut(page)
      .filter({ hasText: `${Number(body.Results![0]!.Count).toLocaleString('en-US')} rows` })
      .waitFor()
  }, 60_000)

  it('groups what came by a value from its menu', async () => {
    await ask(page, 'DeviceProcessEvents | project DeviceName, FileName')
    const { body } = await server.ask(
      'DeviceProcessEvents | summarize n = count() by FileName | order by n, FileName asc',
    )
    await cellOf(page, 'FileName').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Group by FileName' }).click()
    const groups = page.locator('.groups li button')
    await expect.poll(() => groups.count()).toBe(body.Results!.length)
    const [first] = body.Results!
    expect(await groups.first().innerText()).toBe(`${first!.FileName}\n${Number(first!.n).toLocaleString('en-US')}`)
    const last = groups.last()
    const [name, count] = (await last.innerText()).split('\n')
    await last.click()
    await expect.poll(() => rows(page).count()).toBe(Number(count))
    expect(await cellOf(page, 'FileName').innerText()).toBe(name)
    await picture(page, 'groups')
    expect(await violations(page)).toEqual([])
    await page.getByLabel('Close the groups').click()
    await expect.poll(() => rows(page).count()).toBeGreaterThan(Number(count))
  }, 60_000)

  it('saves a query as a function, which other queries call', async () => {
    await type(page, 'DeviceProcessEvents\n| where FileName =~ name\n| project FileName')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByLabel('Name of the query').fill('Started')
    await page.getByLabel('Parameters of the function').fill('name: string')
    await page.getByRole('button', { name: 'Save as function' }).click()
    await ask(page, 'Started("POWERSHELL.exe") | count')
    const { body } = await server.ask('DeviceProcessEvents | where FileName =~ "powershell.exe" | count')
    await expect.poll(() => cellOf(page, 'Count').innerText()).toBe(String(body.Results![0]!.Count))
    // The editor knows it too.
    await type(page, '')
    await page.keyboard.type('Starte', { delay: 30 })
    await page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'Started' }).first().waitFor()
    await page.keyboard.press('Escape')
    await ask(page, 'Started("a")\n| where Nothing == 1')
    await page.getByRole('alert').filter({ hasText: 'Line 2' }).waitFor()
  }, 60_000)

  it('opens a record with its JSON, the tree of its process and the timeline of its device', async () => {
    await ask(
      page,
      'DeviceProcessEvents | where isnotempty(AdditionalFields) and FileName =~ "powershell.exe" | take 5',
    )
    await rows(page).first().waitFor()
    await rows(page).first().dblclick()
    const inspect = page.getByTestId('inspect')
    await inspect.waitFor()
    await inspect.locator('details.structure').first().waitFor()
    await inspect.locator('details.structure summary').first().click()
    expect(await inspect.locator('details.structure').first().getAttribute('open')).toBeNull()
    await inspect.getByRole('tab', { name: 'Process tree' }).click()
    const tree = page.getByTestId('process-tree')
    await tree
      .locator('.process.own')
      .filter({ hasText: /powershell/i })
      .waitFor({ timeout: 30_000 })
    expect(await tree.locator('.process').count()).toBeGreaterThan(2)
    await picture(page, 'process-tree')
    expect(await violations(page)).toEqual([])
    await inspect.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByTestId('timeline').locator('li').first().waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Close the record' }).click()
  }, 90_000)

  it('draws a chart', async () => {
    await ask(
      page,
      'DeviceNetworkEvents | summarize Connections = count() by bin(Timestamp, 1d), ActionType | render timechart',
    )
    const canvas = page.getByTestId('chart').locator('canvas')
    await canvas.waitFor({ timeout: 30_000 })
    const colours = () =>
      canvas.evaluate((node) => {
        const c = node as unknown as {
          width: number
          height: number
          getContext(kind: string): { getImageData(...box: number[]): { data: Uint8Array } }
        }
        const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height)
        const seen = new Set<number>()
        for (let i = 0; i < data.length; i += 4)
          if (data[i + 3]! > 0) seen.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!)
        return seen.size
      })
    await expect.poll(colours, { timeout: 20_000 }).toBeGreaterThan(10)
    await picture(page, 'chart')
    await page.getByRole('tab', { name: 'Table' }).click()
    await rows(page).first().waitFor()
  }, 60_000)

  it('exports what the API gives, and nothing that a spreadsheet would run', async () => {
    const query = `DeviceProcessEvents | top 50 by Timestamp desc | project Timestamp, FileName, ProcessId, ProcessCommandLine
| union (print FileName = "=HYPERLINK(1)", ProcessId = long(9007199254740993))`
    await ask(page, query)
    await readOut(page).filter({ hasText: '51 rows' }).waitFor()
    await page.getByRole('button', { name: 'Export' }).click()
    const downloading = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'CSV', exact: true }).click()
    const path = join(folder, 'export.csv')
    await (await downloading).saveAs(path)
    const lines = readFileSync(path, 'utf8')
      .replace(/^\ufeff/, '')
      .split('\r\n')
    const body = await (
      await fetch(`${server.url}/api/advancedqueries/run`, { method: 'POST', body: JSON.stringify({ Query: query }) })
    ).text()
    const answer = JSON.parse(body) as { Schema: { Name: string }[]; Results: Record<string, unknown>[] }
    expect(lines[0]).toBe(answer.Schema.map((c) => c.Name).join(','))
    // A login shell is called -bash: a spreadsheet would take that for a formula too.
    const field = (value: unknown) => {
      const text = String(value ?? '')
      const safe = typeof value === 'string' && /^[=+\-@]/.test(text) ? `'${text}` : text
      return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
    }
    const own = answer.Results.filter((r) => r.FileName !== '=HYPERLINK(1)')
    expect(new Set(lines.slice(1))).toEqual(
      new Set([
        ...own.map((r) => answer.Schema.map((c) => field(r[c.Name])).join(',')),
        ",'=HYPERLINK(1),9007199254740993,",
      ]),
    )
  }, 60_000)

  it('marks an error at its place and says what is near', async () => {
    await ask(page, 'DeviceProcessEvents\n| where FileNam == "a"')
    const alert = page.getByRole('alert')
    await alert.filter({ hasText: /FileNam/ }).waitFor()
    await alert.filter({ hasText: /Line 2, column \d+/ }).waitFor()
    await page.locator('.monaco-editor .squiggly-error').first().waitFor()
    await picture(page, 'error')
    await alert.getByRole('button', { name: 'FileName', exact: true }).click()
    await readOut(page).filter({ hasText: '0 rows' }).waitFor()
  }, 60_000)

  it('opens a link of Defender’s, and copies one of the same form', async () => {
    const query = 'DeviceInfo\n| where DeviceName has "é – 测试"\n| take 3'
    const packed = gzipSync(Buffer.from(query, 'utf16le')).toString('base64url')
    const link = await openHunt(browser!, server, `/v2/advanced-hunting?query=${packed}&timeRangeId=week`)
    await expect.poll(() => textIn(link.page)).toContain('é – 测试')
    await link.page.getByRole('button', { name: 'Copy link' }).click()
    await link.page.getByText('The link is copied.').waitFor()
    const copied = await link.page.evaluate('navigator.clipboard.readText()')
    expect(copied).toMatch(/\/v2\/advanced-hunting\?query=[\w-]+&timeRangeId=/)
    const again = await openHunt(browser!, server, String(copied).slice(server.url.length))
    await expect.poll(() => textIn(again.page)).toContain('测试')
    expect([...link.complaints, ...again.complaints]).toEqual([])
    await link.context.close()
    await again.context.close()
  }, 90_000)

  it('shows hostile text as text', async () => {
    await ask(
      page,
      'print Evil = "<img src=x onerror=document.title=1>", Bag = dynamic({"<b>a</b>": "<script>1</script>"})',
    )
    await cellOf(page, 'Evil').filter({ hasText: '<img src=x' }).waitFor()
    await rows(page).first().dblclick()
    await page.getByTestId('inspect').getByText('<script>1</script>').waitFor()
    expect(await page.title()).toBe('Harrier')
    await page.getByRole('button', { name: 'Close the record' }).click()
  }, 60_000)

  it('has nothing that shuts people out, in both themes and on all its pages', async () => {
    await ask(page, 'DeviceInfo | take 20')
    await rows(page).first().waitFor()
    for (const theme of ['light', 'dark']) {
      for (const part of ['Ingest', 'Usage', 'Access', 'Advanced hunting']) {
        await page.getByRole('tab', { name: part, exact: true }).click()
        await page.waitForTimeout(300)
        await picture(page, `${theme}-${part.toLowerCase().replace(' ', '-')}`)
        expect(await violations(page), `${theme} ${part}`).toEqual([])
      }
      await page.getByRole('button', { name: theme === 'light' ? 'Dark theme' : 'Light theme' }).click()
    }
  }, 90_000)

  it('is light until the editor comes', async () => {
    const fresh = await openPage(browser!, server.url)
    const sizes = new Map<string, number>()
    fresh.page.on('response', async (response) => {
      const path = new URL(response.url()).pathname
      if (path.startsWith('/assets/') || path === '/')
        sizes.set(path, gzipSync(await response.body().catch(() => Buffer.alloc(0))).length)
    })
    await fresh.page.goto(server.url)
    await editor(fresh.page).waitFor({ timeout: 60_000 })
    await fresh.page.waitForTimeout(500)
    const light = [...sizes]
      .filter(([path]) => !/editor|kusto|codicon/i.test(path))
      .reduce((sum, [, bytes]) => sum + bytes, 0)
    expect(light).toBeGreaterThan(50_000)
    expect(light).toBeLessThan(1_500_000)
    expect([...sizes.keys()].some((path) => /editor/.test(path))).toBe(true)
    await fresh.context.close()
  }, 90_000)
})

describe.skipIf(!hasBrowser)('a person with fewer rights', () => {
  it('signs in, and sees only what is theirs', async () => {
    const access = join(folder, 'access.json')
    const seen = (await server.ask('DeviceInfo | distinct DeviceName | sort by DeviceName asc')).body.Results!.map(
      (r) => String(r.DeviceName),
    )
    writeFileSync(
      access,
      JSON.stringify({
        roles: [{ name: 'hunters', members: ['ada@corp.example'], workloads: ['endpoint'] }],
        deviceGroups: [
          { name: 'hers', rules: { name: [seen[0]] }, assignedTo: ['ada@corp.example'] },
          { name: 'others', rules: { name: ['*'] }, assignedTo: ['nobody@corp.example'] },
        ],
      }),
    )
    const strict = await startServer({ store, auth: 'local', access })
    await strict.identity!.setUser('ada@corp.example', 'a long enough secret')
    const { page, context, complaints } = await openPage(browser!, strict.url)
    await page.goto(strict.url)
    await page.getByLabel(/user name/i).fill('ada@corp.example')
    await page.getByLabel(/password/i).fill('a long enough secret')
    await picture(page, 'sign-in')
    await page.keyboard.press('Enter')
    await editor(page).waitFor({ timeout: 60_000 })
    await page.locator('nav summary').filter({ hasText: 'DeviceInfo' }).first().waitFor()
    expect(await page.getByRole('navigation').getByText('EmailEvents').count()).toBe(0)
    await ask(page, 'DeviceInfo | distinct DeviceName')
    await readOut(page).filter({ hasText: '1 rows' }).waitFor()
    expect(await cellOf(page, 'DeviceName').innerText()).toBe(seen[0])
    await ask(page, 'EmailEvents | take 1')
    await page
      .getByRole('alert')
      .filter({ hasText: /EmailEvents/ })
      .waitFor()
    expect(complaints).toEqual([])
    await context.close()
    await strict.close()
  }, 120_000)
})
