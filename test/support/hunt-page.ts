/** The page as a person uses it in tests: the editor, the grid and what is read from them. */
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { openBrowser, openPage, type WatchedPage } from './browser.ts'
import type { TestServer } from './server.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Where pictures of what is tested go, for a person to look at. */
const PICTURES = process.env.HARRIER_PICTURES

/** Whether there is a Chromium, or one could be installed. */
export const hasBrowser = await openBrowser().then(async (b) => {
  await b?.close()
  return b !== undefined
})

export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
}

/** What axe says of the page as it is: serious and critical violations. */
export async function violations(page: Page): Promise<string[]> {
  // As a debugger would: the page's policy lets no script of a test in.
  const found = await page.evaluate(`${AXE}; axe.run(document, { resultTypes: ['violations'] })`)
  const { violations: all } = found as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }
  return all
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 200)).join(' | ')}`)
}

export const editor = (page: Page) => page.locator('.monaco-editor .view-lines').first()
export const rows = (page: Page) => page.locator('.ag-row[row-index]')
export const readOut = (page: Page) => page.getByTestId('read-out')
/** What stands in the editor; it draws spaces as others. */
export const textIn = async (page: Page): Promise<string> => (await editor(page).innerText()).replaceAll('\u00a0', ' ')

/** Puts a text into the editor, in place of what is there. */
export async function type(page: Page, query: string): Promise<void> {
  await editor(page).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  // Pasted, so that completion and closing brackets leave it as it is.
  await page.keyboard.insertText(query)
}

export async function ask(page: Page, query: string): Promise<void> {
  await type(page, query)
  await page.keyboard.press('Shift+Enter')
}

export const cellOf = (page: Page, column: string, row = 0) =>
  page.locator(`.ag-row[row-index="${row}"] .ag-cell[col-id="${column}"]`)

/** A browser's page of its own, with the editor in it. */
export async function openHunt(browser: Browser, server: TestServer, path = '/'): Promise<WatchedPage> {
  const opened = await openPage(browser, server.url)
  await opened.page.goto(server.url + path)
  await editor(opened.page).waitFor({ timeout: 60_000 })
  return opened
}
