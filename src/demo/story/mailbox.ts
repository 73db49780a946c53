/** The night: the victim's mailbox is used from elsewhere. */
import { cloudRow } from '../events/cloud.ts'
import { signInRow } from '../events/identity.ts'
import { MINUTE } from '../time.ts'
import { ATTACKER_IP, MOMENT, type Plot } from './plot.ts'

export function mailboxChapter({ world, firm, step, times, recipients }: Plot): void {
  const { victim } = firm
  const abroad = { ip: ATTACKER_IP, country: 'BR', city: 'Recife' }
  const agent = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0'
  step(times.night, undefined, (at) => {
    recipients.slice(1, 5).forEach((person, i) => {
      signInRow(world, {
        at: at + i * 20 * MOMENT,
        person,
        ...abroad,
        errorCode: 50126,
        userAgent: agent,
        application: 'Office 365 Exchange Online',
      })
    })
    signInRow(world, {
      at: at + 3 * MINUTE,
      person: victim,
      ...abroad,
      userAgent: agent,
      risk: 100,
      application: 'Office 365 Exchange Online',
    })
    cloudRow(world, {
      at: at + 9 * MINUTE,
      person: victim,
      kind: 'New-InboxRule',
      application: 'Microsoft Exchange Online',
      object: 'Inbox rule ..',
      ...abroad,
      userAgent: agent,
      parameters: { Name: '..', SubjectContainsWords: 'invoice;INV-20931;payment', DeleteMessage: 'True' },
    })
    for (let i = 0; i < 6; i++) {
      cloudRow(world, {
        at: at + (14 + i) * MINUTE,
        person: victim,
        kind: 'FileDownloaded',
        application: 'Microsoft SharePoint Online',
        object: `Supplier accounts ${2021 + i}.xlsx`,
        ...abroad,
        userAgent: agent,
      })
    }
  })
}
