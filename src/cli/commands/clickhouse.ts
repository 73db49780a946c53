/** `harrier clickhouse`: makes the tables in a server or cluster, and sends it what a store holds. */
import { Command } from 'commander'
import { catalogOf } from '../../catalog/catalog.ts'
import { sendStore } from '../../ingest/send-store.ts'
import { clusterOf } from '../../services.ts'
import { createCountBar } from '../count-bar.ts'
import { grouped } from '../grouped.ts'
import { configOf, withSettings } from '../settings.ts'

const PLACE = [
  'clickhouseUrl',
  'clickhouseDatabase',
  'clickhouseUser',
  'clickhousePassword',
  'clickhouseCa',
  'clickhouseCluster',
  'retention',
] as const

export function clickhouseCommand(): Command {
  const init = new Command('init').description(
    'Makes the database and what is not there yet of its tables; retention becomes the time that their rows live.',
  )
  withSettings(init, [...PLACE]).action(async (options) => {
    const config = configOf(options)
    const cluster = clusterOf(config)
    try {
      const { tables } = catalogOf()
      await cluster.init(tables.values())
      console.log(`${grouped(tables.size)} tables in ${config.clickhouseDatabase} at ${config.clickhouseUrl}`)
    } finally {
      await cluster.close()
    }
  })
  const load = new Command('load').description(
    'Sends the segments of a store that were not sent before; run it again after each ingest, or when it was interrupted.',
  )
  withSettings(load, ['store', ...PLACE]).action(async (options) => {
    const config = configOf(options)
    const cluster = clusterOf(config)
    const bar = createCountBar('{bar} | {value} of {total} segments | {eta_formatted} left')
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort(new Error('interrupted; what was sent is kept')))
    try {
      const sent = await sendStore(config.store, cluster, (p) => bar.show(p.segments, p.total), stop.signal)
      bar.stop()
      console.log(
        `${grouped(sent.rows)} rows in ${grouped(sent.segments)} segments sent; ${grouped(sent.before)} segments were there`,
      )
    } finally {
      bar.stop()
      await cluster.close()
    }
  })
  return new Command('clickhouse')
    .description('The tables of a ClickHouse server or cluster, for --engine clickhouse.')
    .addCommand(init)
    .addCommand(load)
}
