/** The system's Chromium, driven by Playwright; what a page says wrongly or asks of others is kept for the test to look at. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { install } from './programs.ts'

const PROGRAM = 'chromium'

/** undefined where there is none and none can be installed. */
export async function openBrowser(): Promise<Browser | undefined> {
  if (!install(PROGRAM, 'chromium')) return undefined
  // Without its sandbox, which root may not have; it meets this test's own pages alone.
  return await chromium.launch({ executablePath: `/usr/bin/${PROGRAM}`, args: ['--no-sandbox'] })
}

export interface WatchedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of the console, exceptions, and requests to other hosts. */
  readonly complaints: string[]
}

export async function openPage(browser: Browser, url: string, options: object = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    acceptDownloads: true,
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (m) => {
    if (m.type() === 'error') complaints.push(m.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (/^https?:$/.test(protocol) && origin !== new URL(url).origin) complaints.push(`a request to ${request.url()}`)
  })
  return { page, context, complaints }
}
