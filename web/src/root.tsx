/** The page as a whole: theme, sign-in, and which of its parts is open. */
import { Button, FluentProvider, Input, Spinner, webDarkTheme, webLightTheme } from '@fluentui/react-components'
import { useCallback, useEffect, useState } from 'react'
import { api, type Schema, type Session, setToken } from './api/api.ts'
import { signIn, signOut } from './api/auth.ts'
import icon from './harrier.svg'
import { Hunt } from './hunt/hunt.tsx'
import { useStored } from './parts/stored.ts'
import { Tabs } from './parts/tabs.tsx'
import { decodeQuery } from './query/link.ts'
import { Access } from './settings/access.tsx'
import { Ingest } from './settings/ingest.tsx'
import { Usage } from './settings/usage.tsx'

type Part = 'hunt' | 'ingest' | 'usage' | 'access'
const PARTS = [
  { value: 'hunt', label: 'Advanced hunting' },
  { value: 'ingest', label: 'Ingest' },
  { value: 'usage', label: 'Usage' },
]
const ADMINISTRATORS = [...PARTS, { value: 'access', label: 'Access' }]
const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches

export function Root() {
  const [dark, setDark] = useStored('dark', prefersDark)
  const [session, setSession] = useState<Session>()
  const [schema, setSchema] = useState<Schema>()
  const [shared, setShared] = useState<string>()
  const [needsToken, setNeedsToken] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [part, setPart] = useState<Part>('hunt')

  const open = useCallback(async () => {
    try {
      setSchema(await api.schema())
      setNeedsToken(false)
      setProblem(undefined)
    } catch (error) {
      setProblem((error as Error).message)
    }
  }, [])

  useEffect(() => {
    void (async () => {
      try {
        const found = await api.session()
        if (await signIn(found)) await open()
        else setNeedsToken(found.signIn.kind === 'token')
        setSession(found)
        const encoded = new URLSearchParams(location.search).get('query')
        if (location.pathname === '/v2/advanced-hunting' && encoded) {
          setShared(await decodeQuery(encoded).catch(() => '// The query of this link cannot be read.'))
          history.replaceState(null, '', '/')
        }
      } catch (error) {
        setProblem((error as Error).message)
      }
    })()
  }, [open])

  return (
    <FluentProvider theme={dark ? webDarkTheme : webLightTheme}>
      <div className="app">
        <header>
          <h1>
            <img src={icon} alt="" />
            Harrier
          </h1>
          {schema && (
            <Tabs
              label="Parts of the page"
              items={schema.administrator ? ADMINISTRATORS : PARTS}
              value={part}
              onSelect={(value) => setPart(value as Part)}
            />
          )}
          <span className="space" />
          <Button size="small" appearance="subtle" onClick={() => setDark((d) => !d)} aria-pressed={dark}>
            {dark ? 'Light theme' : 'Dark theme'}
          </Button>
          {session?.signIn.kind === 'local' && schema && (
            <Button size="small" appearance="subtle" onClick={signOut}>
              Sign out
            </Button>
          )}
        </header>
        <main style={{ minHeight: 0, display: 'grid' }}>
          {problem && (
            <div className="center" role="alert">
              <p>{problem}</p>
              {session?.signIn.kind === 'local' && <Button onClick={signOut}>Sign in as somebody else</Button>}
            </div>
          )}
          {needsToken && !schema && <TokenForm onToken={open} />}
          {!schema && !problem && !needsToken && <Spinner className="center" label="Opening" />}
          {schema && session && (
            <>
              <div style={{ display: part === 'hunt' ? 'grid' : 'none', minHeight: 0 }}>
                <Hunt session={session} schema={schema} dark={dark} shared={shared} />
              </div>
              {part === 'ingest' && <Ingest tables={schema.tables} onDone={open} />}
              {part === 'usage' && <Usage />}
              {part === 'access' && <Access />}
            </>
          )}
        </main>
      </div>
    </FluentProvider>
  )
}

/** Where another issuer signs people in, its token is brought by hand. */
function TokenForm({ onToken }: { readonly onToken: () => Promise<void> }) {
  const [text, setText] = useState('')
  return (
    <form
      className="center"
      onSubmit={(event) => {
        event.preventDefault()
        setToken(text.trim())
        void onToken()
      }}
    >
      <p>
        This server takes the tokens of another issuer. Bring one for the Defender API; it is kept in this tab alone.
      </p>
      <Input type="password" aria-label="Access token" value={text} onChange={(_, { value }) => setText(value)} />
      <Button type="submit" appearance="primary">
        Use this token
      </Button>
    </form>
  )
}
