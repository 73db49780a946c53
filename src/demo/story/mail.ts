/** The mail with the link and the document: to whom, who clicks, what is taken back. */
import { mailRows, postDelivery, urlClickRow } from '../events/mail.ts'
import { OFFICE_IP } from '../firm.ts'
import { HOUR, MINUTE } from '../time.ts'
import { LURE_URL, type Plot } from './plot.ts'

export function mailChapter({ world, firm, step, times, mails, recipients }: Plot): void {
  const { victim } = firm
  step(times.mailed, undefined, () => {
    for (const mail of mails) mailRows(world, mail)
  })
  step(times.mailed + 7 * MINUTE, undefined, (at) =>
    urlClickRow(world, {
      at,
      url: LURE_URL,
      person: victim,
      kind: 'ClickAllowed',
      messageId: mails[0]!.id,
      ip: OFFICE_IP,
    }),
  )
  step(times.mailed + 31 * MINUTE, undefined, (at) =>
    urlClickRow(world, {
      at,
      url: LURE_URL,
      person: recipients[1]!,
      kind: 'ClickAllowed',
      messageId: mails[1]!.id,
      ip: OFFICE_IP,
    }),
  )
  step(times.mailed + 5 * HOUR, undefined, (at) => {
    for (const mail of mails.slice(2, 4)) postDelivery(world, mail, at, 'Phish ZAP')
  })
  step(times.mailed + 6 * HOUR, undefined, (at) =>
    urlClickRow(world, {
      at,
      url: LURE_URL,
      person: recipients[3]!,
      kind: 'ClickBlocked',
      messageId: mails[3]!.id,
      ip: OFFICE_IP,
    }),
  )

  step(times.end + 40 * MINUTE, undefined, (at) => {
    for (const mail of mails.slice(0, 2)) postDelivery(world, mail, at, 'Manual Remediation')
  })
}
