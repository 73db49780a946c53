// Runs a command to its end: `{ seconds, peakBytes }`, the peak being the sum of the resident sets of it and its children (Linux).
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'

function residentBytes(root) {
  const parents = new Map()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1')
      const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
      parents.set(Number(pid), { parent: field('PPid'), bytes: field('VmRSS') * 1024 })
    } catch {
      // It has ended.
    }
  }
  const within = (pid) =>
    pid === root || (parents.has(pid) && parents.get(pid).parent !== 0 && within(parents.get(pid).parent))
  let sum = 0
  for (const [pid, { bytes }] of parents) if (within(pid)) sum += bytes
  return sum
}

/** `input`: a stream for its standard input. */
export async function measured(command, args, input) {
  const started = performance.now()
  const child = spawn(command, args, { stdio: [input ? 'pipe' : 'ignore', 'inherit', 'inherit'] })
  let peakBytes = 0
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytes(child.pid))
  }, 200)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  if (input) await pipeline(input, child.stdin)
  const code = await ended
  clearInterval(watch)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, peakBytes }
}
