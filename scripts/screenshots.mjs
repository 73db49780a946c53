// Makes the pictures of the README from demo data: node scripts/screenshots.mjs [path of a Chromium]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { readConfig } from '../dist/config.js'
import { loadDemo } from '../dist/demo/load.js'
import { listen } from '../dist/server/listen.js'
import { createServices } from '../dist/services.js'

const images = fileURLToPath(new URL('../docs/images/', import.meta.url))
const store = mkdtempSync(join(tmpdir(), 'harrier-screenshots-'))
await loadDemo(store, { now: Date.now(), events: 60_000 })
const config = readConfig({ store, auth: 'off', limits: 'off', port: 0, logLevel: 'silent', queryProcesses: 1 }, {})
const services = await createServices(config)
const server = await listen(config, services)
await services.query.ready()
const browser = await chromium.launch({
  executablePath: process.argv[2] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})

async function picture(name, query, then, dark = false) {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 800 },
    colorScheme: dark ? 'dark' : 'light',
  })
  const page = await context.newPage()
  await page.goto(server.url)
  await page.locator('[data-knows]').waitFor({ timeout: 60_000 })
  await page.locator('.monaco-editor .view-lines').first().click()
  await page.keyboard.insertText(query)
  await page.keyboard.press('Shift+Enter')
  await then(page)
  await page.waitForTimeout(1500)
  await page.screenshot({ path: join(images, `${name}.png`) })
  await context.close()
}

try {
  await picture(
    'process-tree',
    'DeviceProcessEvents\n| where InitiatingProcessFileName in~ ("winword.exe", "excel.exe")\n| where FileName in~ ("cmd.exe", "powershell.exe")',
    async (page) => {
      await page.locator('.ag-row').first().dblclick()
      await page.getByRole('tab', { name: 'Process tree' }).click()
      await page.locator('.process.own').waitFor({ timeout: 30_000 })
    },
  )
  await picture(
    'chart',
    'DeviceNetworkEvents\n| where RemoteIPType == "Public"\n| summarize Connections = count() by bin(Timestamp, 1d), ActionType\n| render areachart with (kind = stacked)',
    async (page) => await page.getByTestId('chart').locator('canvas').waitFor({ timeout: 30_000 }),
    true,
  )
  await picture(
    'hunt',
    'DeviceLogonEvents\n| where ActionType == "LogonFailed"\n| summarize Failures = count(), Devices = dcount(DeviceId) by AccountName, LogonType\n| top 50 by Failures',
    async (page) => {
      await page.locator('.ag-row').first().waitFor()
      await page.locator('.ag-cell').first().click({ button: 'right' })
      await page.getByRole('menuitem', { name: /^Filter in/ }).waitFor()
    },
  )
} finally {
  await browser.close()
  await server.close()
  await services.close()
  rmSync(store, { recursive: true, force: true })
}
