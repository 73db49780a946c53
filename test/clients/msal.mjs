/** A script with MSAL: a token by a secret or a certificate, then a query. */
import { readFileSync } from 'node:fs'
import { ConfidentialClientApplication } from '@azure/msal-node'

const { HARRIER_URL, TENANT, CLIENT_ID, CLIENT_SECRET, CLIENT_KEY, CLIENT_THUMBPRINT } = process.env
const application = new ConfidentialClientApplication({
  auth: {
    clientId: CLIENT_ID,
    authority: `${HARRIER_URL}/${TENANT}`,
    knownAuthorities: [new URL(HARRIER_URL).host],
    ...(CLIENT_KEY
      ? { clientCertificate: { thumbprintSha256: CLIENT_THUMBPRINT, privateKey: readFileSync(CLIENT_KEY, 'utf8') } }
      : { clientSecret: CLIENT_SECRET }),
  },
})
const { accessToken } = await application.acquireTokenByClientCredential({
  scopes: ['https://api.security.microsoft.com/.default'],
})
const answer = await fetch(`${HARRIER_URL}/api/advancedhunting/run`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ Query: 'DeviceProcessEvents | project FileName' }),
})
console.log(await answer.text())
