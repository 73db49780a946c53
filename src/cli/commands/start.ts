/** `harrier start`: demo telemetry and the server, for a first look; what `npm start` runs. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import type { Config, SettingName } from '../../config.ts'
import { settings } from '../../config.ts'
import { EXAMPLE_HUNTS } from '../../demo/examples.ts'
import { loadDemo } from '../../demo/load.ts'
import { DEMO_EVENTS } from '../../demo/records.ts'
import { drainOnSignals, type Listening, listen } from '../../server/listen.ts'
import { createServices } from '../../services.ts'
import { HUNTING_ROLES } from '../../wire/login/roles.ts'
import { COMMAND_LINE, DEFENDER_AUDIENCE, issueToken } from '../../wire/login/tokens.ts'
import { createDemoBar } from '../count-bar.ts'
import { configOf, type SetStatus, withSettings } from '../settings.ts'

/** The demo's own store, so that `start` never touches another. */
const STORE = '.harrier/demo'
/** Milliseconds after which the demo's month no longer reaches up to now, and is made again. */
const STALE = 3 * 24 * 60 * 60 * 1000

export function startCommand(setStatus: SetStatus): Command {
  const command = new Command('start')
    .description('Makes demo telemetry when there is none and serves it.')
    .option('--events <count>', 'About how many records of telemetry.', Number, DEMO_EVENTS)
  const names = (Object.keys(settings) as SettingName[]).filter((name) => name !== 'store')
  return withSettings(command, names).action(async ({ events, ...options }) => {
    const config: Config = { ...configOf({ ...options, store: STORE }), store: resolve(STORE) }
    await makeDemo(config.store, events)
    const services = await createServices(config)
    const server = await listen(config, services)
    drainOnSignals(async () => {
      await server.close()
      await services.close()
    })
    await services.query.ready()
    console.log(await welcome(server))
    setStatus(0)
  })
}

async function makeDemo(store: string, events: number): Promise<void> {
  const made = join(store, 'demo.json')
  const known = existsSync(made)
    ? (JSON.parse(readFileSync(made, 'utf8')) as { at: number; events: number })
    : undefined
  const now = Date.now()
  if (known && known.events === events && now - known.at < STALE) return
  rmSync(store, { recursive: true, force: true })
  const bar = createDemoBar()
  try {
    await loadDemo(store, { now, events, onProgress: ({ records, total }) => bar.show(records, total) })
  } finally {
    bar.stop()
  }
  writeFileSync(made, JSON.stringify({ at: now, events }))
}

/** Signs in at the page; made anew at each start, like its password. */
const USER = 'hunter@harrier.example'

async function welcome({ url, identity }: Listening): Promise<string> {
  const password = randomBytes(12).toString('base64url')
  await identity?.setUser(USER, password)
  const token =
    identity &&
    (await issueToken(identity, {
      audience: DEFENDER_AUDIENCE,
      application: COMMAND_LINE,
      name: 'harrier start',
      roles: HUNTING_ROLES,
      now: Date.now(),
    }))
  const first = EXAMPLE_HUNTS[1] ?? EXAMPLE_HUNTS[0]!
  const request =
    'DeviceProcessEvents | where InitiatingProcessFileName =~ \\"winword.exe\\" | project Timestamp, DeviceName, FileName, ProcessCommandLine | take 5'
  return `
Harrier is ready at ${url}

Hunt in the browser: ${url}${identity ? `\n  sign in as  ${USER}\n  password    ${password}` : ''}

Or ask it from another terminal:

curl -s ${url}/api/advancedqueries/run${token ? ` \\\n  -H "Authorization: Bearer ${token}"` : ''} \\
  -d '{"Query": "${request}"}'

What to try next:
  node bin/harrier.js query --store ${STORE} '${first.query.split('\n')[0]} | summarize count() by ActionType'
  node bin/harrier.js client add --store ${STORE} --name my-script     credentials for ${url}/{tenant_id}/oauth2/v2.0/token
  node bin/harrier.js ingest --store ./hunting PATH                    your own export, then: serve --store ./hunting

Hunts that find something in this data:
${EXAMPLE_HUNTS.map((h) => `  · ${h.name}: ${h.description}`).join('\n')}

Ctrl-C ends it.`
}
