import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openPolicy } from '../../src/access/policy.ts'
import { configOf } from '../../src/cli/settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-settings-'))
const path = join(folder, 'harrier.json')
afterAll(() => rmSync(folder, { recursive: true }))
const write = (value: unknown) => writeFileSync(path, JSON.stringify(value))

describe('the configuration file', () => {
  it('gives settings, and a flag goes before it', () => {
    write({ port: 9000, callsPerMinute: 7 })
    expect(configOf({ config: path, port: '9001' })).toMatchObject({ port: 9001, callsPerMinute: 7 })
  })

  it('names a wrong setting', () => {
    write({ prot: 9000 })
    expect(() => configOf({ config: path })).toThrow('Setting prot: there is no such setting.')
    writeFileSync(path, '{')
    expect(() => configOf({ config: path })).toThrow(/^Setting config: .*harrier\.json cannot be read/)
  })

  it('may hold roles and device groups itself, and is read anew when they change', () => {
    write({ access: { roles: [{ name: 'hunters', members: ['ada'] }] } })
    const { access } = configOf({ config: path })
    const policy = openPolicy(access, () => {})
    expect(policy.current().roles.map((r) => r.name)).toEqual(['hunters'])
    write({
      access: {
        roles: [
          { name: 'hunters', members: ['ada'] },
          { name: 'mail', members: ['bob'] },
        ],
      },
    })
    expect(policy.current().roles.map((r) => r.name)).toEqual(['hunters', 'mail'])
    write({ access: { roles: [{ name: 'x' }] } })
    expect(() => openPolicy(access, () => {})).toThrow(/roles\.0\.members/)
  })
})
