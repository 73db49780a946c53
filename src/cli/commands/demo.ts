/** `harrier demo`: fills a store with a month of an invented firm's telemetry. */
import { Command, InvalidArgumentError } from 'commander'
import { loadDemo } from '../../demo/load.ts'
import { DEMO_EVENTS, FEWEST_EVENTS } from '../../demo/records.ts'
import { clockOf } from '../../services.ts'
import { createDemoBar } from '../count-bar.ts'
import { configOf, type SetStatus, withSettings } from '../settings.ts'

export function demoCommand(setStatus: SetStatus): Command {
  const command = new Command('demo')
    .description("Fills a store with a month of a small firm's telemetry up to now, with one attack in it.")
    .option('--events <count>', `About how many records, ${FEWEST_EVENTS} or more.`, eventsOf, DEMO_EVENTS)
  return withSettings(command, ['store', 'now']).action(async ({ events, ...options }) => {
    const { store, now } = configOf(options)
    const bar = createDemoBar()
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort(new Error('interrupted; what was committed is kept')))
    try {
      const summary = await loadDemo(store, {
        now: clockOf(now).now(),
        events,
        signal: stop.signal,
        onProgress: ({ records, total }) => bar.show(records, total),
      })
      bar.stop()
      const added = summary.added.toLocaleString('en-US')
      const tables = Object.keys(summary.tables).length
      console.log(`${added} records in ${tables} tables added to ${store} in ${summary.seconds.toFixed(1)} s`)
    } finally {
      bar.stop()
    }
    setStatus(0)
  })
}

function eventsOf(text: string): number {
  const events = Number(text)
  if (!Number.isSafeInteger(events) || events < FEWEST_EVENTS) {
    throw new InvalidArgumentError(`It is a whole number, ${FEWEST_EVENTS} or more.`)
  }
  return events
}
