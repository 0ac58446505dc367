import { Code, CopyButton } from './copy.tsx'

/** A call as a shell writes it; what stands as `$NAME` is put in by who has it. */
export function curlOf(call: {
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
  readonly body?: unknown
}): string {
  const lines = [`curl -X ${call.method} '${location.origin}${call.path}'`]
  // double quotes let the shell put the variable in
  for (const header of call.headers) lines.push(`  -H "${header}"`)
  if (call.body !== undefined) {
    const body = JSON.stringify(call.body, null, 2).replaceAll("'", `'\\''`)
    lines.push("  -H 'Content-Type: application/json'", `  -d '${body}'`)
  }
  return lines.join(' \\\n')
}

/** What a form does, as the same call by curl; it changes with what is filled in. */
export function AsCurl({ text }: { readonly text: string }) {
  return (
    <section className="stack as-curl">
      <div className="row between">
        <h3>The same with curl</h3>
        <CopyButton text={text} />
      </div>
      <Code label="curl command">{text}</Code>
    </section>
  )
}
