/** Shows long output page by page, where a person looks at it. */
import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'

/**
 * The terminal's pager (PAGER, else less: lines are not folded, and what fits the screen is printed as it is); the standard
 * output itself where that is no terminal, or there is no pager.
 */
export async function paged(print: (out: Writable) => Promise<void>): Promise<void> {
  if (!process.stdout.isTTY || process.env.PAGER === '') return await print(process.stdout)
  const [command = 'less', ...words] = (process.env.PAGER ?? 'less -SFRX').split(' ')
  const pager = spawn(command, words, { stdio: ['pipe', 'inherit', 'inherit'] })
  const started = await new Promise<boolean>((resolve) => {
    pager.once('spawn', () => resolve(true))
    pager.once('error', () => resolve(false))
  })
  if (!started) return await print(process.stdout)
  const ended = new Promise((resolve) => pager.once('exit', resolve))
  // Who has seen enough leaves the pager before the end.
  pager.stdin.on('error', () => {})
  await print(pager.stdin)
  pager.stdin.end()
  await ended
}
