import { describe, expect, it } from 'vitest'
import { environmentName, flagName, readConfig } from '../src/config.ts'

describe('settings', () => {
  it('come from the flag, else the environment, else the file, else the default', () => {
    const environment = { HARRIER_PORT: '81', HARRIER_HOST: '::1' }
    const file = { port: 82, host: '0.0.0.0', lookback: '90d' }
    expect(readConfig({ port: '80' }, environment, file)).toMatchObject({
      port: 80,
      host: '::1',
      lookback: '90d',
      rowLimit: 100_000,
    })
  })

  it('have one name in three spellings', () => {
    expect(environmentName('queryMemoryMb')).toBe('HARRIER_QUERY_MEMORY_MB')
    expect(flagName('queryMemoryMb')).toBe('--query-memory-mb')
  })

  it('that are unknown or wrong are named', () => {
    expect(() => readConfig({}, {}, { prot: 80 })).toThrow(/Setting prot: there is no such setting/)
    expect(() => readConfig({ port: 'eighty' }, {})).toThrow(/Setting port/)
    expect(() => readConfig({ auth: 'maybe' }, {})).toThrow(/Setting auth/)
  })
})
