/**
 * Real answers and published hunting queries, run against a real server: no share may fall below the one in
 * corpora.json, which is raised with every gain. The corpora lie beside the project where it is developed; elsewhere
 * this file is skipped.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from './support/server.ts'

interface Share {
  /** Beside the project, relative to the folder of shared material. */
  readonly file: string
  /** Cases that must pass at least. */
  readonly passed: number
  /** Cases that may answer differently; what else fails is refused by name. */
  readonly different: number
}

interface Outcome {
  readonly id: string
  readonly why: string | null
}

const shared = fileURLToPath(new URL('../../shared/', import.meta.url))
const shares = JSON.parse(readFileSync(new URL('corpora.json', import.meta.url), 'utf8')) as Share[]

describe.skipIf(!existsSync(shared))('the corpora', () => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    server = await startServer({ lookback: 'unlimited' })
    folder = mkdtempSync(join(tmpdir(), 'harrier-corpora-'))
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  it.each(shares)(
    'answer as recorded: $file',
    async ({ file, passed, different }) => {
      const outcomes = await run(server.url, join(shared, file), join(folder, 'report.json'))
      const failed = outcomes.filter((o) => o.why !== null)
      // A refusal by name is the second best answer; anything else is a wrong one.
      const wrong = failed.filter((o) => !/^HTTP 400/.test(o.why!))
      const summary = `${file}: ${outcomes.length - failed.length} passed, ${failed.length} failed, ${wrong.length} of them with a different answer`
      console.log(summary)
      expect(
        wrong.length,
        wrong
          .slice(0, 10)
          .map((o) => `${o.id}: ${o.why}`)
          .join('\n'),
      ).toBeLessThanOrEqual(different)
      expect(
        outcomes.length - failed.length,
        failed
          .slice(0, 20)
          .map((o) => o.id)
          .join(' '),
      ).toBeGreaterThanOrEqual(passed)
    },
    600_000,
  )
})

async function run(url: string, cases: string, report: string): Promise<Outcome[]> {
  const tool = join(shared, 'tools', 'conformance.mjs')
  const child = spawn(
    process.execPath,
    [tool, '--url', url, '--concurrency', '3', '--show', '0', '--json', report, cases],
    { stdio: 'ignore' },
  )
  const status = await new Promise((resolve) => child.on('close', resolve))
  // 1 says that some case failed, which the share decides about.
  expect([0, 1]).toContain(status)
  return JSON.parse(readFileSync(report, 'utf8')) as Outcome[]
}
