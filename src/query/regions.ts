/** The region that a request is for, by the host name that it was sent to, as the service's geographical names have it. */
import { KqlError } from '../base/errors.ts'

/** Labels of host names that name a region or cloud: `eu.api.…`, `api-eu.…`, `api-gcc.…`. */
const REGIONS = ['us', 'eu', 'uk', 'au', 'swa', 'ina', 'aea', 'gcc', 'gov'] as const
export const GLOBAL = 'global'

/** `eu` of `eu.api.security.microsoft.com` and of `api-eu.securitycenter.microsoft.com`; `global` of every other. */
export function regionOf(host: string): string {
  const label = host.toLowerCase().split(/[.:]/)[0] ?? ''
  const name = label.startsWith('api-') ? label.slice(4) : label
  return (REGIONS as readonly string[]).includes(name) ? name : GLOBAL
}

/** The setting `regions`: names of regions and the folders of their stores. @throws KqlError bad_setting */
export function readRegions(text: string): ReadonlyMap<string, string> {
  const entries = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const [, name = '', folder = ''] = /^([^=]+)=(.+)$/.exec(part) ?? []
      if (folder === '') throw new KqlError('bad_setting', { name: 'regions', why: `'${part}' is not NAME=FOLDER` })
      if (name !== GLOBAL && !(REGIONS as readonly string[]).includes(name))
        throw new KqlError('bad_setting', {
          name: 'regions',
          why: `there is no region '${name}'; regions are ${[GLOBAL, ...REGIONS].join(', ')}`,
        })
      return [name, folder]
    })
  return new Map(entries)
}
