/** Settings as options of a command: each has its flag, its environment variable and its place in the configuration file. */
import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { KqlError } from '../base/errors.ts'
import { type Config, environmentName, flagName, readConfig, type SettingName, settings } from '../config.ts'

/** What a command does with its exit status. */
export type SetStatus = (status: number) => void

/** Settings that every command which runs a query has. */
export const QUERY_SETTINGS: readonly SettingName[] = [
  'store',
  'now',
  'lookback',
  'rowLimit',
  'byteLimit',
  'timeoutSeconds',
  'parseTimeoutSeconds',
  'queryMemoryMb',
  'attach',
  'engine',
  'clickhouseUrl',
  'clickhouseDatabase',
  'clickhouseUser',
  'clickhousePassword',
  'clickhouseCa',
  'clickhouseTables',
  'partRows',
  'partMb',
]

/** Adds a flag for each of the settings, and `--config`. */
export function withSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const { doc, default: fallback } = settings[name]
    const value = typeof fallback === 'boolean' ? '' : ' <value>'
    const shown = fallback === '' ? '' : ` Default: ${fallback}.`
    command.addOption(new Option(`${flagName(name)}${value}`, `${doc}${shown} Environment: ${environmentName(name)}.`))
  }
  return command.option('--config <file>', 'JSON file with settings, by their names in camel case.')
}

/** @throws KqlError bad_setting */
export function configOf(options: Record<string, unknown>): Config {
  const { config, ...flags } = options
  const path = config ?? process.env.HARRIER_CONFIG
  return readConfig(flags, process.env, typeof path === 'string' ? fileAt(path) : {})
}

function fileAt(path: string): Record<string, unknown> {
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    // Roles and groups may stand in this file itself, which is then the one that is read anew.
    return typeof file.access === 'object' ? { ...file, access: path } : file
  } catch (error) {
    throw new KqlError('bad_setting', { name: 'config', why: `${path} cannot be read: ${(error as Error).message}` })
  }
}
