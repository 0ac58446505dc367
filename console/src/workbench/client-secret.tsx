import { useState } from 'react'
import { api } from '../api.ts'
import { useAction } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Problem } from '../ui/states.tsx'

/** Gives a client another secret, and shows it once. */
export function ClientSecret({ clientId }: { readonly clientId: string }) {
  const [secret, setSecret] = useState<string | undefined>(undefined)
  const renew = useAction(async () => {
    const reply = await api<{ secret: string }>('POST', `/api/v2/oauth/clients/${clientId}/secret`)
    setSecret(reply.secret)
  })
  return (
    <section className="card stack">
      <h3>Secret</h3>
      <p className="small soft">Only its hash is kept. Another one ends the one before at once.</p>
      {secret === undefined ? (
        <div>
          <Button isDisabled={renew.isBusy} onPress={() => void renew.run()}>
            Make another secret
          </Button>
        </div>
      ) : (
        <div className="row" role="status">
          <code>{secret}</code>
          <CopyButton text={secret} />
        </div>
      )}
      {renew.error === undefined ? null : <Problem error={renew.error} />}
    </section>
  )
}
