/** A data action as the API gives and takes it, as far as the editor knows its parts. */
export interface Action {
  readonly id: string
  readonly name: string
  readonly integrationId: string
  readonly category?: string
  readonly version: number
  readonly config?: ActionConfig
  readonly contract?: {
    readonly input: { readonly inputSchema: unknown }
    readonly output: { readonly successSchema: unknown }
  }
}

export interface ActionConfig {
  readonly request?: {
    readonly requestUrlTemplate?: string
    readonly requestType?: string
    readonly requestTemplate?: string
    readonly headers?: Readonly<Record<string, string>>
  }
  readonly response?: {
    readonly translationMap?: Readonly<Record<string, string>>
    readonly translationMapDefaults?: Readonly<Record<string, string>>
    readonly successTemplate?: string
  }
}

/** What the editor holds: every part as the text that is edited. */
export interface ActionDraft {
  readonly name: string
  readonly category: string
  readonly inputSchema: string
  readonly successSchema: string
  readonly url: string
  readonly method: string
  readonly headers: string
  readonly requestTemplate: string
  readonly translationMap: string
  readonly defaults: string
  readonly successTemplate: string
}

export interface Step {
  readonly step: number
  readonly name: string
  readonly success: boolean
  readonly result?: unknown
  readonly error?: { readonly message: string }
  readonly explanations?: readonly string[]
}

export interface LintMark {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly field: string
  readonly line: number
  readonly column: number
  readonly message: string
}

export interface RunResult {
  readonly success: boolean
  readonly operations: readonly Step[]
  readonly finalResult?: unknown
  readonly error?: { readonly message: string }
  readonly input?: unknown
  readonly warnings?: readonly LintMark[]
}

const json = (value: unknown): string => JSON.stringify(value, null, 2)

/** The texts of an action, to be edited. */
export function draftOf(action: Action): ActionDraft {
  const { request = {}, response = {} } = action.config ?? {}
  return {
    name: action.name,
    category: action.category ?? '',
    inputSchema: json(action.contract?.input.inputSchema ?? { type: 'object', properties: {} }),
    successSchema: json(
      action.contract?.output.successSchema ?? { type: 'object', properties: {} },
    ),
    url: request.requestUrlTemplate ?? '',
    method: request.requestType ?? 'GET',
    headers: json(request.headers ?? {}),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a Velocity reference
    requestTemplate: request.requestTemplate ?? '${input.rawRequest}',
    translationMap: json(response.translationMap ?? {}),
    defaults: json(response.translationMapDefaults ?? {}),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a Velocity reference
    successTemplate: response.successTemplate ?? '${rawResult}',
  }
}

/** The parts as the API takes them. Throws a `SyntaxError` that names the part whose JSON is not right. */
export function bodyOf(draft: ActionDraft) {
  return {
    name: draft.name,
    category: draft.category,
    config: {
      request: {
        requestUrlTemplate: draft.url,
        requestType: draft.method,
        headers: parsed(draft.headers, 'Headers'),
        requestTemplate: draft.requestTemplate,
      },
      response: {
        translationMap: parsed(draft.translationMap, 'Translation map'),
        translationMapDefaults: parsed(draft.defaults, 'Defaults'),
        successTemplate: draft.successTemplate,
      },
    },
    contract: {
      input: { inputSchema: parsed(draft.inputSchema, 'Input contract') },
      output: { successSchema: parsed(draft.successSchema, 'Output contract') },
    },
  }
}

export function parsed(text: string, part: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SyntaxError(`${part}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

/** The lines of two texts side by side: which were taken out and which were put in. */
export function diffLines(
  before: string,
  after: string,
): readonly { readonly mark: '-' | '+' | ' '; readonly text: string }[] {
  const a = before.split('\n')
  const b = after.split('\n')
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  const at = (i: number, j: number) => table[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = table[i]
      if (row !== undefined)
        row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: { mark: '-' | '+' | ' '; text: string }[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i] ?? '' })
      i += 1
      j += 1
    } else if (j < b.length && (i >= a.length || at(i, j + 1) >= at(i + 1, j))) {
      lines.push({ mark: '+', text: b[j] ?? '' })
      j += 1
    } else {
      lines.push({ mark: '-', text: a[i] ?? '' })
      i += 1
    }
  }
  return lines
}
