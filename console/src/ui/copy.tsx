import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './basics.tsx'
import { coloured } from './coloured.tsx'

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({
  text,
  label = 'Copy',
}: {
  readonly text: string
  readonly label?: string
}) {
  const [isDone, setDone] = useState(false)
  return (
    <Button
      icon={isDone ? Check : Copy}
      onPress={async () => {
        await navigator.clipboard.writeText(text)
        setDone(true)
        setTimeout(() => setDone(false), 1500)
      }}
    >
      {isDone ? 'Copied' : label}
    </Button>
  )
}

/** A body as people read it: JSON indented, anything else as it is. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

/** Text as it went over the wire. Keyboard users can scroll it. */
export function Code({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="code" aria-label={label} tabIndex={0}>
      {children === '' ? <span className="soft">(empty)</span> : coloured(children)}
    </section>
  )
}
