/** A script with Microsoft's Graph client and MSAL. */
import { ConfidentialClientApplication } from '@azure/msal-node'
import { Client } from '@microsoft/microsoft-graph-client'

const { HARRIER_URL, TENANT, CLIENT_ID, CLIENT_SECRET } = process.env
const { host, hostname } = new URL(HARRIER_URL)
const application = new ConfidentialClientApplication({
  auth: {
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    authority: `${HARRIER_URL}/${TENANT}`,
    knownAuthorities: [host],
  },
})
const client = Client.init({
  baseUrl: `${HARRIER_URL}/`,
  customHosts: new Set([hostname]),
  authProvider: async (done) => {
    const scopes = ['https://graph.microsoft.com/.default']
    const { accessToken } = await application.acquireTokenByClientCredential({ scopes })
    done(null, accessToken)
  },
})
const answer = await client.api('/security/runHuntingQuery').version('v1.0').post({
  Query: 'DeviceProcessEvents | project FileName, ProcessId',
})
console.log(JSON.stringify(answer))
