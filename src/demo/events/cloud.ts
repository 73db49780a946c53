/** CloudAppEvents: what people do in the office cloud, as its audit log tells. */
import { OFFICE_IP, type Person } from '../firm.ts'
import { weighted } from '../random.ts'
import { documentName } from '../recipes.ts'
import { isoTime } from '../time.ts'
import { cloudAccount, json, type World } from '../world.ts'
import { placeOf } from './identity.ts'

export interface CloudAction {
  readonly at: number
  readonly person: Person
  readonly kind: string
  readonly application:
    | 'Microsoft Exchange Online'
    | 'Microsoft SharePoint Online'
    | 'Microsoft OneDrive for Business'
    | 'Microsoft Teams'
  readonly object: string
  readonly ip: string
  readonly country: string
  readonly city: string
  readonly userAgent?: string
  /** Parameters of an Exchange command. */
  readonly parameters?: Readonly<Record<string, string>>
}

const APPLICATION_IDS = {
  'Microsoft Exchange Online': 20893,
  'Microsoft SharePoint Online': 20892,
  'Microsoft OneDrive for Business': 15600,
  'Microsoft Teams': 28375,
} as const

const KINDS = weighted<readonly [string, CloudAction['application']]>([
  [['FileAccessed', 'Microsoft SharePoint Online'], 30],
  [['FileModified', 'Microsoft OneDrive for Business'], 18],
  [['FileDownloaded', 'Microsoft SharePoint Online'], 8],
  [['FileUploaded', 'Microsoft OneDrive for Business'], 7],
  [['MailItemsAccessed', 'Microsoft Exchange Online'], 25],
  [['MessageSent', 'Microsoft Teams'], 12],
  [['SearchQueryPerformed', 'Microsoft SharePoint Online'], 4],
  [['New-InboxRule', 'Microsoft Exchange Online'], 0.15],
  [['AddedToSecureLink', 'Microsoft SharePoint Online'], 1],
])

export function cloudEvent(world: World, at: number): void {
  const { random } = world
  const person = random.pick(world.firm.people)
  const [kind, application] = KINDS.draw(random)
  cloudRow(world, {
    at,
    person,
    kind,
    application,
    object: `${documentName(random)}.${random.pick(['docx', 'xlsx', 'pdf'])}`,
    ...placeOf(world, person, at),
    ...(kind === 'New-InboxRule' && {
      parameters: { Name: 'Newsletters', SubjectContainsWords: 'newsletter', MoveToFolder: 'Reading' },
    }),
  })
}

export function cloudRow(world: World, action: CloudAction): void {
  const { random } = world
  const { person, parameters } = action
  const isFile = action.kind.startsWith('File')
  const id = random.guid()
  world.row('CloudAppEvents', action.at, {
    ActionType: action.kind,
    Application: action.application,
    ApplicationId: APPLICATION_IDS[action.application],
    AppInstanceId: 0,
    ...cloudAccount(person),
    AccountId: person.objectId,
    AccountType: 'Regular',
    IsAdminOperation: false,
    DeviceType: 'Desktop',
    OSPlatform: 'Windows',
    IPAddress: action.ip,
    IsAnonymousProxy: false,
    CountryCode: action.country,
    City: action.city,
    Isp: action.ip === OFFICE_IP ? 'Ternbay Fibre' : 'Example Broadband',
    UserAgent: action.userAgent ?? 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/142.0.0.0',
    ActivityType: isFile ? 'Basic' : action.kind.includes('-') ? 'Create' : 'View',
    ActivityObjects: json([
      {
        Type: isFile ? 'File' : 'Structured object',
        Role: 'Target object',
        Name: action.object,
        ApplicationId: APPLICATION_IDS[action.application],
      },
    ]),
    ObjectName: action.object,
    ObjectType: isFile ? 'File' : 'Task',
    ObjectId: id,
    ReportId: `${APPLICATION_IDS[action.application]}_15600_${id}`,
    IsExternalUser: false,
    IsImpersonated: false,
    IPTags: json([]),
    IPCategory: action.ip === OFFICE_IP ? 'Corporate' : 'None',
    UserAgentTags: json([]),
    RawEventData: json({
      CreationTime: isoTime(action.at).slice(0, 19),
      Id: id,
      Operation: action.kind,
      UserId: person.upn,
      ClientIP: action.ip,
      Workload: action.application.replace('Microsoft ', '').replace(' Online', '').replace(' for Business', ''),
      ResultStatus: 'True',
      ...(isFile && { SourceFileName: action.object, SiteUrl: 'https://files.office.example/sites/ternbay/' }),
      ...(parameters && { Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })) }),
    }),
    AdditionalFields: json({}),
    AuditSource: 'Defender for Cloud Apps app connector',
    SessionData: json({ InLineSessionId: '' }),
  })
}
