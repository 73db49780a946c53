/** The KQL editor: Monaco with the Kusto language service in a worker, fed by the tables that the caller sees. */
import 'monaco-editor/esm/vs/editor/edcore.main'
import { getKustoWorker, kustoDefaults } from '@kusto/monaco-kusto'
import KustoWorker from '@kusto/monaco-kusto/release/esm/kusto.worker?worker'
import * as monaco from 'monaco-editor/esm/vs/editor/editor.api'
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker?worker'
import { useEffect, useRef } from 'react'
import { api, type Problem, type TableInfo } from '../api/api.ts'
import { parametersOf, placeOf, type SavedFunction, withFunctions } from '../query/functions.ts'
import { describeColumn, describeTable } from '../side/dictionary.ts'
import { editorText, snippetsAfter } from './snippets.ts'

self.MonacoEnvironment = { getWorker: (_id, label) => (label === 'kusto' ? new KustoWorker() : new EditorWorker()) }

// Names that are unknown here are marked by the server, whose word counts.
kustoDefaults.setLanguageSettings({
  ...kustoDefaults.languageSettings,
  enableQueryWarnings: false,
  enableQuerySuggestions: false,
  enableHover: true,
})

monaco.languages.registerCompletionItemProvider('kusto', {
  provideCompletionItems(model, { lineNumber, column }) {
    const word = model.getWordUntilPosition({ lineNumber, column })
    const before = model.getLineContent(lineNumber).slice(0, word.startColumn - 1)
    const range = {
      startLineNumber: lineNumber,
      startColumn: word.startColumn,
      endLineNumber: lineNumber,
      endColumn: column,
    }
    return {
      suggestions: snippetsAfter(before).map((snippet) => ({
        label: snippet.label,
        documentation: snippet.doc,
        kind: monaco.languages.CompletionItemKind.Snippet,
        insertText: editorText(snippet),
        insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
        // Below what the language itself has to offer.
        sortText: `~${snippet.label}`,
        range,
      })),
    }
  },
})

const SHOW_TYPES: Readonly<Record<string, string>> = {
  string: 'System.String',
  long: 'System.Int64',
  int: 'System.Int32',
  bool: 'System.SByte',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  real: 'System.Double',
  dynamic: 'System.Object',
  guid: 'System.Guid',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
}
const DATABASE = 'Harrier'
let schemaVersion = 0

/** As `.show schema as json` has it. */
const showSchema = (tables: readonly TableInfo[], functions: readonly SavedFunction[]) => ({
  Plugins: [],
  Databases: {
    [DATABASE]: {
      Name: DATABASE,
      Tables: Object.fromEntries(
        tables.map((t) => [
          t.name,
          {
            Name: t.name,
            DocString: [describeTable(t.name), t.rows === undefined ? '' : `${t.rows.toLocaleString('en-US')} rows.`]
              .filter((part) => part !== '')
              .join(' '),
            OrderedColumns: t.columns.map((c) => ({
              Name: c.name,
              Type: SHOW_TYPES[c.type],
              CslType: c.type,
              DocString: describeColumn(c.name),
            })),
          },
        ]),
      ),
      Functions: Object.fromEntries(
        functions.map((f) => [
          f.name,
          {
            Name: f.name,
            InputParameters: parametersOf(f).map(({ name, type }) => ({
              Name: name,
              Type: SHOW_TYPES[type],
              CslType: type,
            })),
            Body: `{${f.body}}`,
            Folder: '',
            DocString: 'Saved in this browser.',
            FunctionKind: 'Unknown',
            OutputColumns: [],
          },
        ]),
      ),
      // The service keeps what it knows of a database until its version grows.
      MajorVersion: ++schemaVersion,
      MinorVersion: 0,
      DatabaseAccessMode: 'ReadWrite',
      ExternalTables: {},
      MaterializedViews: {},
      EntityGroups: {},
    },
  },
})

export interface EditorProps {
  readonly text: string
  readonly tables: readonly TableInfo[]
  readonly functions: readonly SavedFunction[]
  readonly dark: boolean
  readonly problem: Problem | undefined
  readonly onChange: (text: string) => void
  /** Shift+Enter: the selection, or the whole text. */
  readonly onRun: (text: string) => void
  readonly onReady: (editor: EditorHandle) => void
}

export interface EditorHandle {
  /** The selected text, or all of it. */
  asked(): string
  insert(text: string): void
  format(): void
  focus(): void
}

/** The language is set up some time after the first text of it is there; asked before, it refuses. */
async function kustoWorker() {
  for (;;) {
    const accessor = await getKustoWorker().catch(() => undefined)
    if (accessor) return accessor
    await new Promise((go) => setTimeout(go, 50))
  }
}

const OWNER = 'harrier'

export default function Editor({ text, tables, functions, dark, problem, onChange, onRun, onReady }: EditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined)
  const calls = useRef({ onChange, onRun, functions })
  /** What was typed and has not come back as `text` yet: that is older than what stands here, and not to be set. */
  const typed = useRef(new Set<string>())
  calls.current = { onChange, onRun, functions }

  // The editor is made once; what changes later is told to it
  useEffect(() => {
    const made = monaco.editor.create(host.current!, {
      value: text,
      language: 'kusto',
      theme: dark ? 'kusto-dark' : 'kusto-light',
      automaticLayout: true,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fontSize: 14,
      wordWrap: 'on',
      ariaLabel: 'Query',
      fixedOverflowWidgets: true,
      // The Kusto service knows better, and without these Monaco starts no worker of its own, which takes 20 MB.
      wordBasedSuggestions: 'off',
      links: false,
      colorDecorators: false,
      unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false, nonBasicASCII: false },
      'semanticHighlighting.enabled': true,
      suggest: { selectionMode: 'whenQuickSuggestion' },
    } as monaco.editor.IStandaloneEditorConstructionOptions)
    editor.current = made
    const asked = (): string => {
      const selection = made.getSelection()
      const chosen = selection && !selection.isEmpty() ? made.getModel()!.getValueInRange(selection) : ''
      return chosen.trim() === '' ? made.getValue() : chosen
    }
    made.onDidChangeModelContent(() => {
      typed.current.add(made.getValue())
      calls.current.onChange(made.getValue())
    })
    const run = () => {
      made.trigger(OWNER, 'hideSuggestWidget', null)
      calls.current.onRun(asked())
    }
    made.addCommand(monaco.KeyMod.Shift | monaco.KeyCode.Enter, run)
    made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, run)
    // Tab leaves the editor by default, so that it can be passed by keyboard; Ctrl+M gives it back.
    onReady({
      asked,
      insert: (more) => {
        made.executeEdits(OWNER, [{ range: made.getSelection()!, text: more, forceMoveMarkers: true }])
        made.focus()
      },
      format: () => void made.getAction('editor.action.formatDocument')?.run(),
      focus: () => made.focus(),
    })
    const model = made.getModel()!
    let waiting: ReturnType<typeof setTimeout> | undefined
    // What the server has to say of a text: also of what is right KQL and not supported here.
    const check = () => {
      clearTimeout(waiting)
      waiting = setTimeout(async () => {
        const version = model.getVersionId()
        const value = model.getValue()
        if (value.trim() === '') return monaco.editor.setModelMarkers(model, OWNER, [])
        const asked = withFunctions(value, calls.current.functions)
        const problems = await api.check(asked.text).catch(() => [])
        if (!model.isDisposed() && model.getVersionId() === version)
          monaco.editor.setModelMarkers(
            model,
            OWNER,
            problems.map((p) => markerOf(placeOf(p, asked))),
          )
      }, 600)
    }
    model.onDidChangeContent(check)
    check()
    return () => {
      clearTimeout(waiting)
      made.dispose()
      model.dispose()
    }
  }, [])

  useEffect(() => {
    const made = editor.current
    if (!made) return
    if (made.getValue() === text) typed.current.clear()
    else if (!typed.current.delete(text)) made.setValue(text)
  }, [text])
  useEffect(() => monaco.editor.setTheme(dark ? 'kusto-dark' : 'kusto-light'), [dark])
  useEffect(() => {
    const model = editor.current?.getModel()
    if (!model || !problem) return
    monaco.editor.setModelMarkers(model, OWNER, [markerOf(problem)])
    editor.current!.revealLineInCenterIfOutsideViewport(problem.line)
  }, [problem])
  useEffect(() => {
    const model = editor.current?.getModel()
    if (!model || tables.length === 0) return
    let left = false
    void (async () => {
      const accessor = await kustoWorker()
      const worker = await accessor(model.uri)
      if (left) return
      await worker.setSchemaFromShowSchema(showSchema(tables, functions), location.origin, DATABASE)
      // From now on completion knows the tables.
      host.current?.setAttribute('data-knows', String(tables.length))
      // Who asked before was told that there is nothing.
      if (editor.current?.hasTextFocus() && document.querySelector('.suggest-widget.visible'))
        editor.current.trigger(OWNER, 'editor.action.triggerSuggest', {})
    })()
    return () => {
      left = true
    }
  }, [tables, functions])

  return <div ref={host} className="editor" data-testid="editor" />
}

const markerOf = ({ message, line, column, length }: Problem): monaco.editor.IMarkerData => ({
  severity: monaco.MarkerSeverity.Error,
  message,
  startLineNumber: line,
  startColumn: column,
  endLineNumber: line,
  endColumn: column + length,
})
