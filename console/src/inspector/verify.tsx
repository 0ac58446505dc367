import { useState } from 'react'
import { Button } from '../ui/basics.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { TextArea, TextField } from '../ui/fields.tsx'

/** Proves a webhook's signature here in the browser: neither the secret nor the body leaves it. */
export function Verify() {
  const [secret, setSecret] = useState('')
  const [body, setBody] = useState('')
  const [header, setHeader] = useState('')
  const [result, setResult] = useState<
    { readonly computed: string; readonly fits: boolean } | undefined
  >()
  return (
    <div className="page">
      <header>
        <div>
          <h1>Verify a signature</h1>
          <p>
            An Open Messaging webhook signs its body: <code>X-Hub-Signature-256: sha256=</code> and
            the base64 of the HMAC-SHA256 under the integration's secret. All of it is computed in
            this browser.
          </p>
        </div>
      </header>
      <form
        className="form card"
        style={{ maxWidth: '44rem' }}
        onSubmit={async (event) => {
          event.preventDefault()
          const computed = await signatureOf(secret, body)
          setResult({ computed, fits: header.trim().replace(/^sha256=/, '') === computed })
        }}
      >
        <TextField
          label="Webhook secret"
          type="password"
          value={secret}
          onChange={setSecret}
          isRequired
        />
        <TextField
          label="X-Hub-Signature-256"
          placeholder="sha256=…"
          value={header}
          onChange={setHeader}
          isMono
        />
        <TextArea
          label="Body, to the byte"
          hint="As it came over the wire: not indented, no line end added."
          rows={8}
          value={body}
          onChange={setBody}
          isMono
        />
        <div>
          <Button type="submit" look="primary" isDisabled={secret === ''}>
            Verify
          </Button>
        </div>
        {result === undefined ? null : (
          <div className={`notice ${result.fits ? 'good' : 'bad'}`} role="status">
            <div className="stack">
              <strong>{result.fits ? 'The signature fits.' : 'The signature does not fit.'}</strong>
              <span>
                Computed: <code>sha256={result.computed}</code>
              </span>
              <div>
                <CopyButton text={`sha256=${result.computed}`} />
              </div>
            </div>
          </div>
        )}
      </form>
    </div>
  )
}

async function signatureOf(secret: string, body: string): Promise<string> {
  const bytes = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), algorithm, false, ['sign'])
  const signed = await crypto.subtle.sign('HMAC', key, bytes.encode(body))
  return btoa(String.fromCharCode(...new Uint8Array(signed)))
}
