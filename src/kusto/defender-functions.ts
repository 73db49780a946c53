/**
 * Defender's own enrichment functions, written in KQL over the caller's tables: so row security, the time window and the
 * names of their columns are those of any other query. Signatures and columns: the reference pages of advanced hunting.
 */
import type { Catalog, Table } from '../catalog/catalog.ts'
import type { StoredFunction } from './language.ts'

/** Functions whose first argument names a column of the rows that `invoke` pipes in; nearly everybody writes it bare. */
export const COLUMN_ARGUMENT: ReadonlySet<string> = new Set(['FileProfile', 'DeviceFromIP', 'SeenBy'])

/** The table that a user may load to say what is known of files beyond this store. */
export const REPUTATION_TABLE = 'FileReputation'

/** Those functions whose tables the caller can see. */
export function defenderFunctions(catalog: Catalog): StoredFunction[] {
  const has = (...names: readonly string[]) => names.every((name) => catalog.tables.has(name))
  return [
    ...(SIGHTINGS.some(([table]) => has(table)) ? [fileProfile(catalog)] : []),
    ...(has('DeviceNetworkInfo') ? [deviceFromIP, assignedIPAddresses] : []),
    ...(has('DeviceNetworkInfo', 'DeviceNetworkEvents') ? [seenBy] : []),
    ...anomalousBehaviors,
  ]
}

/** Where files are met: the table, the prefix of its hash columns, and whether the file was run. */
const SIGHTINGS: readonly (readonly [table: string, prefix: string, executed: boolean])[] = [
  ['DeviceProcessEvents', '', true],
  ['DeviceProcessEvents', 'InitiatingProcess', true],
  ['DeviceImageLoadEvents', '', true],
  ['DeviceFileEvents', '', false],
  ['DeviceEvents', '', false],
]

/**
 * `T | invoke FileProfile([x [, y]])`: prevalence and first and last sight come from the caller's rows, signatures from
 * DeviceFileCertificateInfo, names and threats from the reputation table where there is one.
 */
function fileProfile(catalog: Catalog): StoredFunction {
  const sightings = SIGHTINGS.filter(([table]) => catalog.tables.has(table)).map(
    ([table, p, executed]) =>
      `(${table} | where ${p}SHA1 in (_wanted) or ${p}SHA256 in (_wanted) | project _time = Timestamp, _device = DeviceId,
        SHA1 = ${p}SHA1, SHA256 = ${p}SHA256, MD5 = ${p}MD5, FileSize = ${p}FileSize, _run = ${executed})`,
  )
  const certificates = catalog.tables.has('DeviceFileCertificateInfo')
    ? `DeviceFileCertificateInfo | summarize arg_max(Timestamp, Signer, Issuer, SignerHash, IsSigned, IsTrusted, IsRootSignerMicrosoft) by SHA1
       | project SHA1, Signer, Issuer, SignerHash, _signed = IsSigned, IsCertificateValid = IsTrusted, IsRootSignerMicrosoft`
    : 'datatable(SHA1: string, Signer: string, Issuer: string, SignerHash: string, _signed: bool, IsCertificateValid: bool, IsRootSignerMicrosoft: bool)[]'
  return {
    name: 'FileProfile',
    parameters: "(T:(*), x:string='SHA1', y:long=100)",
    body: `{
      let _rows = materialize(T | serialize _row = row_number()
        | extend _id = iff(_row <= min_of(y, 1000), tolower(column_ifexists(x, '')), '') | extend _id = iff(strlen(_id) in (40, 64), _id, ''));
      let _wanted = materialize(_rows | where _id != '' | distinct _id);
      let _sightings = materialize(union ${sightings.join(', ')});
      let _local = union (_sightings | extend _id = SHA1), (_sightings | extend _id = SHA256)
        | where _id in (_wanted)
        | summarize SHA1 = max(SHA1), SHA256 = max(SHA256), MD5 = max(MD5), FileSize = max(FileSize), GlobalPrevalence = dcount(_device),
            GlobalFirstSeen = min(_time), GlobalLastSeen = max(_time), IsExecutable = countif(_run) > 0 by _id;
      let _certificates = ${certificates};
      let _reputation = ${reputation(catalog.tables.get(REPUTATION_TABLE))};
      let _profiles = _wanted
        | join kind=leftouter _local on _id
        | join kind=leftouter _certificates on SHA1
        | join kind=leftouter (_reputation | where _key in (_wanted)) on $left._id == $right._key
        | extend _available = isnotnull(GlobalFirstSeen) or isnotempty(_key)
        | project _id, SHA1, SHA256, MD5, FileSize, GlobalPrevalence = max_of(GlobalPrevalence, _prevalence),
            GlobalFirstSeen = min_of(GlobalFirstSeen, _first), GlobalLastSeen = max_of(GlobalLastSeen, _last),
            Signer = coalesce(_signer, Signer), Issuer = coalesce(_issuer, Issuer), SignerHash, IsCertificateValid, IsRootSignerMicrosoft,
            SignatureState = case(_signed and IsCertificateValid, 'SignedValid', _signed, 'SignedInvalid', isnotnull(_signed), 'Unsigned', 'Unknown'),
            IsExecutable, ThreatName = _threat, Publisher = _publisher, SoftwareName = _software,
            ProfileAvailability = iff(_available, 'Available', 'Missing');
      _rows | join kind=leftouter _profiles on _id | project-away _row, _id, _id1
    }`,
  }
}

/** The columns of a reputation table that are understood, each under a name of its own; what it lacks is null. */
function reputation(table: Table | undefined): string {
  const columns: readonly (readonly [name: string, type: string, as: string])[] = [
    ['GlobalPrevalence', 'long', '_prevalence'],
    ['GlobalFirstSeen', 'datetime', '_first'],
    ['GlobalLastSeen', 'datetime', '_last'],
    ['Signer', 'string', '_signer'],
    ['Issuer', 'string', '_issuer'],
    ['ThreatName', 'string', '_threat'],
    ['Publisher', 'string', '_publisher'],
    ['SoftwareName', 'string', '_software'],
  ]
  const keys = ['SHA1', 'SHA256'].filter((k) => table?.columns.some((c) => c.name === k && c.type === 'string'))
  if (!table || keys.length === 0) {
    return `datatable(_key: string, ${columns.map(([, type, as]) => `${as}: ${type}`).join(', ')})[]`
  }
  const value = ([name, type, as]: (typeof columns)[number]) => {
    const known = table.columns.some(
      (c) => c.name === name && (c.type === type || (c.type === 'int' && type === 'long')),
    )
    return `${as} = ${known ? `to${type}(${name})` : type === 'string' ? "''" : `${type}(null)`}`
  }
  const legs = keys.map((key) => `(${table.name} | project _key = tolower(${key}), ${columns.map(value).join(', ')})`)
  return `union ${legs.join(', ')} | summarize ${columns.map(([, , as]) => `${as} = max(${as})`).join(', ')} by _key`
}

/** `T | invoke DeviceFromIP([x [, y]])`: the device that last had the address at that time. */
const deviceFromIP: StoredFunction = {
  name: 'DeviceFromIP',
  parameters: "(T:(*), x:string='IP', y:datetime=datetime(null))",
  body: `{
    let _rows = materialize(T | extend _ip = tostring(column_ifexists(x, '')));
    let _owners = DeviceNetworkInfo
      | where Timestamp <= coalesce(y, now())
      | mv-expand _address = parse_json(IPAddresses)
      | extend IP = tostring(_address.IPAddress)
      | where IP in ((_rows | where _ip != '' | distinct _ip))
      | summarize arg_max(Timestamp, DeviceId) by IP
      | project _ip = IP, IP, DeviceId;
    _rows | join kind=leftouter _owners on _ip | project-away _ip, _ip1
  }`,
}

/** `AssignedIPAddresses(x [, y])`: the addresses of a device's adapters as last reported at that time. */
const assignedIPAddresses: StoredFunction = {
  name: 'AssignedIPAddresses',
  parameters: '(x:string, y:datetime=datetime(null))',
  body: `{
    DeviceNetworkInfo
    | where Timestamp <= coalesce(y, now()) and (DeviceId == x or DeviceName =~ x)
    | summarize arg_max(Timestamp, IPAddresses, NetworkAdapterType, ConnectedNetworks) by MacAddress, NetworkAdapterName
    | mv-expand _address = parse_json(IPAddresses)
    | project Timestamp, IPAddress = tostring(_address.IPAddress), IPType = tostring(_address.AddressType), NetworkAdapterType, ConnectedNetworks
    | where isnotempty(IPAddress)
  }`,
}

/** `T | invoke SeenBy([x])`: the devices that had a connection with one of the device's addresses. */
const seenBy: StoredFunction = {
  name: 'SeenBy',
  parameters: "(T:(*), x:string='DeviceId')",
  body: `{
    let _rows = materialize(T | extend _seen = tostring(column_ifexists(x, '')));
    let _addresses = DeviceNetworkInfo
      | where DeviceId in ((_rows | distinct _seen))
      | mv-expand _address = parse_json(IPAddresses)
      | distinct _seen = DeviceId, _ip = tostring(_address.IPAddress);
    let _witnesses = DeviceNetworkEvents
      | where RemoteIP in ((_addresses | distinct _ip))
      | distinct RemoteIP, DeviceId, DeviceName
      | join kind=inner _addresses on $left.RemoteIP == $right._ip
      | where DeviceId != _seen
      | summarize SeenBy = make_set(bag_pack('DeviceId', DeviceId, 'DeviceName', DeviceName)) by _seen;
    _rows | join kind=leftouter _witnesses on _seen | project-away _seen, _seen1
  }`,
}

/** Rows one of whose insights passes; `on` is a query over that insight, `_insight`. */
const behaviors = (name: string, parameters: string, on: string, besides = ''): StoredFunction => ({
  name,
  parameters: `(T:(Insights:string)${parameters})`,
  body: `{
    T | mv-apply _insight = parse_json(Insights).Explainability on (${on} | take 1)
    | project-away _insight${besides}
  }`,
})

/** Those with an insight of one type. */
const behaviorsOfType = (name: string, type: string): StoredFunction =>
  behaviors(name, '', `where tostring(_insight.Type) == '${type}'`)

/** Those with an insight about something; of one type, unless that is empty. */
const behaviorsBy = (name: string, parameter: string, member: 'Kind' | 'Value'): StoredFunction =>
  behaviors(
    name,
    `, ${parameter}:string, insightType:string=''`,
    `where insightType == '' or tostring(_insight.Type) == insightType
      | mv-apply _about = _insight.About on (where tostring(_about.${member}) == ${parameter} | take 1)`,
    ', _about',
  )

/** `BehaviorInfo | invoke GetFirstSeenBehaviors()` and the like, over the JSON of `Insights`. */
const anomalousBehaviors: readonly StoredFunction[] = [
  behaviorsOfType('GetFirstSeenBehaviors', 'FirstSeen'),
  behaviorsOfType('GetUncommonValueBehaviors', 'UncommonValue'),
  behaviorsOfType('GetHighVolumeAnomalyBehaviors', 'HighVolumeAnomaly'),
  behaviorsBy('GetAnomalousBehaviorsByKind', 'entityKind', 'Kind'),
  behaviorsBy('GetAnomalousBehaviorsByValue', 'entityValue', 'Value'),
  behaviors(
    'GetAnomalousBehaviorsAbout',
    ', filters:dynamic',
    `mv-apply _filter = filters on (
        mv-apply _about = _insight.About on (
          where tostring(_about.Kind) == tostring(_filter.Kind)
            and (tostring(_filter.Value) == '' or tostring(_about.Value) == tostring(_filter.Value))
          | take 1)
        | summarize _passed = count())
      | where _passed == array_length(filters)`,
    ', _passed',
  ),
]
