// The page with a large answer: 100 000 rows of 20 columns in the system's Chromium. Prints how long after the first byte rows are on
// the screen, the frames a second while it is scrolled from end to end, and the browser's memory.
//
//   node bench/ui/run.mjs [rows, default 100 000] [path of the browser]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { readConfig } from '../../dist/config.js'
import { listen } from '../../dist/server/listen.js'
import { createServices } from '../../dist/services.js'

const rows = Number(process.argv[2] ?? 100_000)
const executablePath = process.argv[3] ?? '/usr/bin/chromium'
const store = mkdtempSync(join(tmpdir(), 'harrier-bench-ui-'))
const columns = Array.from({ length: 17 }, (_, i) => `Text${i} = strcat("value ", tostring((n * ${i + 7}) % 9973))`)
const query = `range n from 1 to ${rows} step 1 | extend Time = datetime(2026-01-01) + n * 1s, Number = n * 7919 % 100003, ${columns.join(', ')}`

const config = readConfig({ store, auth: 'off', limits: 'off', port: 0, logLevel: 'silent', queryProcesses: 1 }, {})
const services = await createServices(config)
const server = await listen(config, services)
await services.query.ready()
const profile = mkdtempSync(join(tmpdir(), 'harrier-bench-browser-'))
const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  args: ['--no-sandbox', '--enable-precise-memory-info'],
  viewport: { width: 1400, height: 900 },
})

/** Bytes of all processes of the browser, pages that several of them share divided among them; and of the largest, which shows the page. */
function browserMemory() {
  const memory = { all: 0, page: 0 }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(profile)) continue
      const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]
      const bytes = Number(pss ?? 0) * 1024
      memory.all += bytes
      memory.page = Math.max(memory.page, bytes)
    } catch {
      // It has ended, or is another's.
    }
  }
  return memory
}

try {
  const page = await context.newPage()
  await page.goto(server.url)
  const editor = page.locator('.monaco-editor .view-lines').first()
  const usable = await page.evaluate(
    () =>
      new Promise((done) => {
        const look = () =>
          document.querySelector('.monaco-editor .view-lines') ? done(performance.now()) : requestAnimationFrame(look)
        look()
      }),
  )
  await page.locator('[data-knows]').waitFor({ timeout: 60_000 })
  const knows = await page.evaluate(() => performance.now())
  await page.waitForTimeout(5000)
  const idle = browserMemory()
  const started = Date.now()
  await editor.click()
  await page.keyboard.insertText(query)
  // By the page's own clock: what drives the browser from outside hears of things late.
  await page.evaluate(() => {
    const watch = new MutationObserver(() => {
      if (window.firstRows !== undefined || !document.querySelector('.ag-row')) return
      window.firstRows = 0
      requestAnimationFrame(() => setTimeout(() => (window.firstRows = performance.now())))
    })
    watch.observe(document.body, { childList: true, subtree: true })
  })
  await page.keyboard.press('Shift+Enter')
  await page
    .getByTestId('read-out')
    .filter({ hasText: `${rows.toLocaleString('en-US')} rows` })
    .waitFor({ timeout: 120_000 })
  const at = () => performance.getEntriesByType('resource').some((e) => e.name.endsWith('/api/portal/query'))
  await page.waitForFunction(at)
  await page.waitForFunction(
    (n) => window.firstRows > 0 && document.querySelector('.ag-grid-viewport')?.scrollHeight > n * 20,
    rows,
  )
  await page.waitForTimeout(1000)
  const { firstRows, all } = await page.evaluate(() => {
    const [asked] = performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/api/portal/query'))
    return { firstRows: window.firstRows - asked.responseStart, all: asked.responseEnd - asked.responseStart }
  })
  const frames = await page.evaluate(async () => {
    const view = document.querySelector('.ag-grid-viewport')
    const seconds = 8
    // Pixels a second: a finger on the wheel. From end to end it would be a hundred screens a second.
    const speed = 6000
    const times = []
    const from = performance.now()
    const most = view.scrollHeight - view.clientHeight
    await new Promise((done) => {
      const frame = (now) => {
        times.push(now)
        if (now - from >= seconds * 1000) return done()
        view.scrollTop = ((now - from) / 1000) * speed
        requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
    })
    const gaps = times
      .slice(1)
      .map((t, i) => t - times[i])
      .sort((a, b) => a - b)
    return {
      scrolled: view.scrollTop,
      most,
      perSecond: (times.length - 1) / ((times.at(-1) - times[0]) / 1000),
      slowest: 1000 / gaps[Math.floor(gaps.length * 0.95)],
    }
  })
  const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize)
  const now = browserMemory()
  const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`
  console.log(
    `the editor takes text ${usable.toFixed(0)} ms after the page was asked for, and knows the tables after ${knows.toFixed(0)} ms`,
  )
  console.log(`${rows} rows of 20 columns, ${((Date.now() - started) / 1000).toFixed(1)} s in all`)
  console.log(`first rows ${firstRows.toFixed(0)} ms after the first byte, all after ${all.toFixed(0)} ms`)
  console.log(
    `scrolling: ${frames.perSecond.toFixed(0)} frames a second, ${frames.slowest.toFixed(0)} in the slowest twentieth; ${Math.round(frames.scrolled)} of ${frames.most} pixels`,
  )
  console.log(
    `the page's process: ${megabytes(now.page)} (${megabytes(idle.page)} before), all of the browser: ${megabytes(now.all)} (${megabytes(idle.all)} before), JavaScript heap ${megabytes(heap ?? 0)}`,
  )
} finally {
  await context.close()
  await server.close()
  await services.close()
  rmSync(store, { recursive: true, force: true })
  rmSync(profile, { recursive: true, force: true })
}
