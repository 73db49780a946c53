/** Reads all files of a store in the background, once each, so that silent damage is found before a query meets it. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Store } from './store.ts'

/** Part of the time that is spent on reading. */
const SHARE = 5
/** Milliseconds until the first look, and between two looks for new files. */
const FIRST = 5000
const EVERY = 60_000

/** @param found told of what is damaged; it is left out of snapshots from then on */
export function scrub(store: Store, found: (damage: readonly string[]) => void): { stop(): void } {
  const stop = new AbortController()
  const { signal } = stop
  let last = performance.now()
  const pace = async () => {
    const spent = performance.now() - last
    await pause(spent * (SHARE - 1), undefined, { signal })
    last = performance.now()
  }
  const run = async () => {
    for (let wait = FIRST; ; wait = EVERY) {
      await pause(wait, undefined, { signal, ref: false })
      last = performance.now()
      found(await store.verify(undefined, pace))
    }
  }
  // Its end is the signal; a manifest that cannot be read is told to the next query.
  run().catch(() => {})
  return { stop: () => stop.abort() }
}
