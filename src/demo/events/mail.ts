/** The mail tables: messages with their attachments and links, what was done to them later, and clicks. */
import { DOMAIN, type Person, TENANT } from '../firm.ts'
import { documentName } from '../recipes.ts'
import { type FileFacts, fileFacts } from '../software.ts'
import { isoTime, MINUTE } from '../time.ts'
import { json, type World } from '../world.ts'
import { placeOf } from './identity.ts'

export interface Sender {
  readonly address: string
  readonly name: string
  readonly ip: string
  /** Set for people of the firm. */
  readonly objectId?: string
}

export interface Mail {
  readonly at: number
  readonly id: string
  readonly sender: Sender
  readonly recipient: string
  readonly recipientObjectId?: string
  readonly subject: string
  readonly direction: 'Inbound' | 'Outbound' | 'Intra-org'
  readonly attachments: readonly FileFacts[]
  readonly urls: readonly string[]
  /** Junked mail is spam or phish; `Blocked` never arrived. */
  readonly verdict?: {
    readonly threat: 'Spam' | 'Phish' | 'Malware'
    readonly action: 'Junked' | 'Blocked'
    readonly by: string
  }
  readonly cluster: number
}

const CUSTOMERS: readonly Sender[] = [
  ['orders@fabrikam.example', 'Fabrikam Orders'],
  ['lena.meyer@contoso.example', 'Lena Meyer'],
  ['harbour@portauthority.example', 'Port Authority'],
  ['accounts@northwind.example', 'Northwind Accounts'],
  ['p.silva@tailspin.example', 'Paulo Silva'],
  ['newsletter@sailing.example', 'Sailing Weekly'],
  ['noreply@wingtip.example', 'Wingtip Support'],
].map(([address, name], i) => ({ address: address!, name: name!, ip: `198.51.100.${200 + i}` }))

const SPAM: readonly Sender[] = [
  { address: 'offers@bargains.example', name: 'Bargains', ip: '203.0.113.201' },
  { address: 'win@lucky-draw.example', name: 'Lucky Draw', ip: '203.0.113.202' },
]

const SUBJECTS = ['Re: {}', '{}', 'Fwd: {}', '{} for approval', 'Updated: {}', '{} - please check']

/** A message with what hangs on it. */
export function mail(world: World, at: number): void {
  const { random, firm } = world
  const direction = random.pick(['Inbound', 'Inbound', 'Intra-org', 'Intra-org', 'Outbound'] as const)
  const person = random.pick(firm.people)
  const spam = direction === 'Inbound' && random.chance(0.12)
  const colleague = random.pick(firm.people)
  const outside = random.pick(spam ? SPAM : CUSTOMERS)
  const topic = documentName(random)
  const message: Mail = {
    at,
    id: random.guid(),
    sender: direction === 'Inbound' ? outside : senderOf(direction === 'Outbound' ? person : colleague),
    recipient: direction === 'Outbound' ? outside.address : person.upn,
    ...(direction !== 'Outbound' && { recipientObjectId: person.objectId }),
    subject: spam
      ? random.pick(['You have won', 'Last chance: 80 % off', 'Your parcel is waiting'])
      : random.pick(SUBJECTS).replace('{}', topic),
    direction,
    attachments: random.chance(0.3)
      ? [fileFacts(`${topic}.${random.pick(['pdf', 'docx', 'xlsx', 'png'])}`, `${topic} ${random.hex(6)}`)]
      : [],
    urls: random.chance(0.5)
      ? Array.from({ length: random.int(1, 3) }, () => `https://${random.pick(LINKS)}/${random.hex(6)}`)
      : [],
    ...(spam && { verdict: { threat: 'Spam', action: 'Junked', by: 'Fingerprint matching' } }),
    cluster: random.int(1, 4_000_000_000),
  }
  mailRows(world, message)
  if (spam && random.chance(0.2)) postDelivery(world, message, at + random.int(10, 300) * MINUTE, 'Spam ZAP')
}

const LINKS = [
  'www.example.com',
  'news.example.com',
  'www.contoso.example',
  'portal.northwind.example',
  'files.office.example',
  'forms.example.org',
]

const senderOf = (person: Person): Sender => ({
  address: person.upn,
  name: person.displayName,
  ip: '10.20.1.10',
  objectId: person.objectId,
})

const reportOf = (message: Mail, part = 1): string => `${message.id}-${message.cluster}-${part}`
const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1)

export function mailRows(world: World, message: Mail): void {
  const { sender, verdict, direction } = message
  const location = verdict
    ? verdict.action === 'Junked'
      ? 'Junk folder'
      : 'Quarantine'
    : direction === 'Outbound'
      ? 'External'
      : 'Inbox/folder'
  const action = verdict?.action ?? 'Delivered'
  const threats = verdict && { ThreatTypes: verdict.threat, DetectionMethods: json({ [verdict.threat]: [verdict.by] }) }
  world.row('EmailEvents', message.at, {
    NetworkMessageId: message.id,
    InternetMessageId: `<${message.id.slice(0, 18)}@${domainOf(sender.address)}>`,
    SenderMailFromAddress: sender.address,
    SenderFromAddress: sender.address,
    SenderDisplayName: sender.name,
    SenderObjectId: sender.objectId ?? '',
    SenderMailFromDomain: domainOf(sender.address),
    SenderFromDomain: domainOf(sender.address),
    SenderIPv4: sender.ip,
    RecipientEmailAddress: message.recipient,
    RecipientObjectId: message.recipientObjectId ?? '',
    Subject: message.subject,
    EmailClusterId: message.cluster,
    EmailDirection: direction,
    DeliveryAction: action,
    DeliveryLocation: location,
    LatestDeliveryAction: action,
    LatestDeliveryLocation: location,
    ...threats,
    ConfidenceLevel: json(verdict ? { [verdict.threat]: 'High' } : {}),
    BulkComplaintLevel: verdict?.threat === 'Spam' ? 7 : 0,
    EmailAction: verdict
      ? verdict.action === 'Junked'
        ? 'Move message to junk mail folder'
        : 'Send to quarantine'
      : '',
    AuthenticationDetails: json(
      domainOf(sender.address) === DOMAIN
        ? {}
        : {
            SPF: 'pass',
            DKIM: verdict ? 'none' : 'pass',
            DMARC: verdict ? 'fail' : 'pass',
            CompAuth: verdict ? 'fail' : 'pass',
          },
    ),
    AttachmentCount: message.attachments.length,
    UrlCount: message.urls.length,
    EmailLanguage: 'en',
    OrgLevelAction: verdict ? '' : 'Allow',
    ReportId: reportOf(message),
    AdditionalFields: '',
    ...(verdict && { OriginalThreatTypes: verdict.threat, OriginalDetectionMethods: threats?.DetectionMethods }),
    OriginalConfidenceLevel: json(verdict ? { [verdict.threat]: 'High' } : {}),
    To: message.recipient,
    RecipientDomain: domainOf(message.recipient),
    // The text with its headers, and attachments in base64.
    EmailSize:
      6000 +
      200 * message.subject.length +
      message.attachments.reduce((sum, f) => sum + Math.ceil((f.size * 4) / 3), 0),
    IsFirstContact: verdict && domainOf(sender.address) !== DOMAIN ? 1 : 0,
  })
  message.attachments.forEach((file, i) => {
    world.row('EmailAttachmentInfo', message.at, {
      NetworkMessageId: message.id,
      SenderFromAddress: sender.address,
      SenderDisplayName: sender.name,
      SenderObjectId: sender.objectId ?? '',
      RecipientEmailAddress: message.recipient,
      RecipientObjectId: message.recipientObjectId ?? '',
      FileName: file.fileName,
      FileType: file.fileName.slice(file.fileName.lastIndexOf('.') + 1),
      FileExtension: file.fileName.slice(file.fileName.lastIndexOf('.') + 1),
      SHA256: file.sha256,
      FileSize: file.size,
      ...threats,
      ReportId: reportOf(message, i + 1),
    })
  })
  message.urls.forEach((url, i) => {
    world.row('EmailUrlInfo', message.at, {
      NetworkMessageId: message.id,
      Url: url,
      UrlDomain: new URL(url).hostname,
      UrlLocation: 'Body',
      UrlChainPosition: 0,
      ReportId: reportOf(message, i + 1),
    })
  })
}

export function postDelivery(
  world: World,
  message: Mail,
  at: number,
  kind: 'Spam ZAP' | 'Phish ZAP' | 'Manual Remediation',
): void {
  if (at > world.now) return
  world.row('EmailPostDeliveryEvents', at, {
    NetworkMessageId: message.id,
    InternetMessageId: `<${message.id.slice(0, 18)}@${domainOf(message.sender.address)}>`,
    Action: kind === 'Spam ZAP' ? 'Moved to junk folder' : 'Moved to quarantine',
    ActionType: kind,
    ActionTrigger: kind === 'Manual Remediation' ? 'Admin action' : 'SpecialAction',
    ActionResult: 'Success',
    RecipientEmailAddress: message.recipient,
    DeliveryLocation: kind === 'Spam ZAP' ? 'Junk folder' : 'Quarantine',
    SourceLocation: 'Inbox/folder',
    ThreatTypes: kind === 'Spam ZAP' ? 'Spam' : 'Phish',
    DetectionMethods: json({ [kind === 'Spam ZAP' ? 'Spam' : 'Phish']: ['Advanced filter'] }),
    ReportId: reportOf(message, 9),
    SenderFromAddress: message.sender.address,
    EmailDirection: message.direction,
  })
}

export interface Click {
  readonly at: number
  readonly url: string
  readonly person: Person
  readonly kind: 'ClickAllowed' | 'ClickBlocked'
  readonly messageId?: string
  readonly ip: string
}

export function urlClick(world: World, at: number): void {
  const { random } = world
  const person = random.pick(world.firm.people)
  urlClickRow(world, {
    at,
    url: `https://${random.pick(LINKS)}/${random.hex(6)}`,
    person,
    kind: random.chance(0.97) ? 'ClickAllowed' : 'ClickBlocked',
    ip: placeOf(world, person, at).ip,
  })
}

export function urlClickRow(world: World, { at, url, person, kind, messageId, ip }: Click): void {
  const mail = messageId !== undefined || world.random.chance(0.6)
  world.row('UrlClickEvents', at, {
    Url: url,
    ActionType: kind,
    AccountUpn: person.upn,
    Workload: mail ? 'Email' : 'Teams',
    NetworkMessageId: messageId ?? (mail ? world.random.guid() : ''),
    ThreatTypes: kind === 'ClickBlocked' ? 'Phish' : '',
    DetectionMethods: kind === 'ClickBlocked' ? json({ Phish: ['URL detonation'] }) : '',
    IPAddress: ip,
    IsClickedThrough: false,
    UrlChain: json([url]),
    ReportId: world.random.guid(),
    AppName: mail ? 'Outlook' : 'Teams',
    AppVersion: '16.0.19127',
    TenantId: TENANT,
    TimeGenerated: isoTime(at),
  })
}

const CHANNELS = ['Yard planning', 'Finance close', 'Lunch', 'Hull 214', 'Helpdesk']

/** A message in Teams. */
export function teamsMessage(world: World, at: number): void {
  const { random, firm } = world
  const [sender, recipient] = [random.pick(firm.people), random.pick(firm.people)]
  const thread = random.int(0, CHANNELS.length - 1)
  world.row('MessageEvents', at, {
    TeamsMessageId: `${Math.floor(at)}`,
    SenderEmailAddress: sender.upn,
    SenderDisplayName: sender.displayName,
    SenderObjectId: sender.objectId,
    SenderType: 'User',
    RecipientDetails: json([{ RecipientSmtpAddress: recipient.upn, RecipientDisplayName: recipient.displayName }]),
    IsOwnedThread: true,
    MessageId: random.guid(),
    GroupName: CHANNELS[thread],
    ThreadId: `19:${String(thread).repeat(32)}@thread.v2`,
    ThreadSubtype: random.pick(['Chat', 'Channel', 'Meeting']),
    IsExternalThread: false,
    MessageFormatType: 'Html',
    MessageVersion: '1',
    DeliveryAction: 'Delivered',
    DeliveryLocation: 'Teams',
    ReportId: random.guid(),
    LastEditedTime: isoTime(at),
  })
}
