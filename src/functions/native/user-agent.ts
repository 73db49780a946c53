/** User agents as browser, operating system and device, by the database that Kusto's function is built on: uap-core (its specification). */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { RE2JS } from 're2js'
import { parse } from 'yaml'
import { KqlError } from '../../base/errors.ts'
import { type Dynamic, isArray, parseJson } from '../../types/dynamic.ts'
import { native, scalar } from '../define.ts'

type Entry = Readonly<Record<string, string>>

interface Target {
  /** The list of the database, and what the bag calls it. */
  readonly list: 'user_agent_parsers' | 'os_parsers' | 'device_parsers'
  readonly name: string
  /** Parts in their order: the name of the replacement that may stand for it, else the group that holds it. */
  readonly parts: readonly (readonly [part: string, replacement: string, group: number])[]
}

const TARGETS: Readonly<Record<string, Target>> = {
  browser: {
    list: 'user_agent_parsers',
    name: 'Browser',
    parts: [
      ['Family', 'family_replacement', 1],
      ['MajorVersion', 'v1_replacement', 2],
      ['MinorVersion', 'v2_replacement', 3],
      ['Patch', 'v3_replacement', 4],
    ],
  },
  os: {
    list: 'os_parsers',
    name: 'OperatingSystem',
    parts: [
      ['Family', 'os_replacement', 1],
      ['MajorVersion', 'os_v1_replacement', 2],
      ['MinorVersion', 'os_v2_replacement', 3],
      ['Patch', 'os_v3_replacement', 4],
      ['PatchMinor', 'os_v4_replacement', 5],
    ],
  },
  device: {
    list: 'device_parsers',
    name: 'Device',
    parts: [
      ['Family', 'device_replacement', 1],
      ['Brand', 'brand_replacement', 0],
      ['Model', 'model_replacement', 1],
    ],
  },
}

const isTarget = (name: Dynamic): name is string => typeof name === 'string' && Object.hasOwn(TARGETS, name)

interface Rule {
  readonly entry: Entry
  readonly regex: RE2JS
}

type Database<R> = Readonly<Record<Target['list'], readonly R[]>>

let database: Database<Rule> | undefined

/** Read when the first user agent is asked about: 1,200 expressions take a third of a second. */
function rulesOf(list: Target['list']): readonly Rule[] {
  database ??= readDatabase()
  return database[list]
}

function readDatabase(): Database<Rule> {
  const path = createRequire(import.meta.url).resolve('uap-core/regexes.yaml')
  const lists = parse(readFileSync(path, 'utf8')) as Database<Entry>
  const rules = (entries: readonly Entry[]): Rule[] =>
    entries.map((entry) => ({
      entry,
      regex: RE2JS.compile(entry.regex!, entry.regex_flag === 'i' ? RE2JS.CASE_INSENSITIVE : 0),
    }))
  return {
    user_agent_parsers: rules(lists.user_agent_parsers),
    os_parsers: rules(lists.os_parsers),
    device_parsers: rules(lists.device_parsers),
  }
}

/** The first expression that matches says all parts. */
function partsOf(agent: string, { list, parts }: Target): Dynamic {
  for (const { entry, regex } of rulesOf(list)) {
    const match = regex.exec(agent)
    if (!match) continue
    return new Map(
      parts.map(([part, replacement, group]) => {
        const said = entry[replacement]
        const text =
          said === undefined ? (group > 0 ? match[group] : '') : said.replace(/\$(\d)/g, (_, n) => match[n] ?? '')
        return [part, (text ?? '').trim()]
      }),
    )
  }
  return new Map(parts.map(([part], i) => [part, i === 0 ? 'Other' : '']))
}

const MAX_CACHED = 5000
/** Logs repeat the same agents, and one takes milliseconds. */
const cache = new Map<string, Dynamic>()

function cachedParts(agent: string, target: Target): Dynamic {
  const key = `${target.name} ${agent}`
  let found = cache.get(key)
  if (found === undefined) {
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!)
    found = partsOf(agent, target)
    cache.set(key, found)
  }
  return found
}

const asked = (lookFor: Dynamic): readonly Dynamic[] => (isArray(lookFor) ? lookFor : [lookFor])

export const userAgentNatives = {
  parse_user_agent: scalar({
    doc: 'What the user agent `agent` says of its "browser", "os" or "device", or of several of them in an array, by the database uap-core, which may be newer or older than that of the service: rare agents can differ.',
    gives: 'dynamic',
    nulls: 'own',
    render: {
      duckdb: ([agent, lookFor], cx) => {
        const constant = typeof lookFor?.constant === 'string' ? lookFor.constant : undefined
        const names =
          constant === undefined ? [] : asked(lookFor!.type === 'string' ? constant : (parseJson(constant) ?? null))
        if (!lookFor || !names.every(isTarget))
          throw new KqlError('semantic', {
            message: 'parse_user_agent() looks for "browser", "os" or "device", or an array of them',
          })
        return cx.native('_parse_user_agent', cx.convert(agent!, 'string'), cx.convert(lookFor, 'dynamic'))
      },
    },
    examples: [
      [
        "parse_user_agent('curl/8.5.0', 'browser')",
        { Browser: { Family: 'curl', MajorVersion: '8', MinorVersion: '5', Patch: '0' } },
      ],
      [
        "parse_user_agent('Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1', dynamic(['browser', 'os', 'device']))",
        {
          Browser: { Family: 'Mobile Safari', MajorVersion: '17', MinorVersion: '4', Patch: '1' },
          OperatingSystem: { Family: 'iOS', MajorVersion: '17', MinorVersion: '4', Patch: '1', PatchMinor: '' },
          Device: { Family: 'iPhone', Brand: 'Apple', Model: 'iPhone' },
        },
      ],
      [
        "parse_user_agent('beacon', 'os')",
        { OperatingSystem: { Family: 'Other', MajorVersion: '', MinorVersion: '', Patch: '', PatchMinor: '' } },
      ],
    ],
  }),
  _parse_user_agent: native({
    doc: 'parse_user_agent(), with what it does not look for left out.',
    takes: ['string', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (agent = '', lookFor: Dynamic = null): Dynamic => {
      const names = asked(lookFor)
      return new Map(
        Object.entries(TARGETS)
          .filter(([name]) => names.includes(name))
          .map(([, target]) => [target.name, cachedParts(agent, target)]),
      )
    },
    examples: [],
  }),
}
