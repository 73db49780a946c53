/** What schema_merge needs besides algebra. */
import { native } from '../define.ts'
import { undecided } from './procedure.ts'

export const oneType = native({
  doc: 'The text `shown`, of a column whose least and greatest type are the same; one with several types ends the query.',
  takes: ['string', 'string', 'string'],
  gives: 'string',
  nulls: 'own',
  run: (least: string, greatest: string, shown: string) => {
    if (least !== greatest) throw undecided('schemaTypes')
    return shown
  },
  examples: [],
})
