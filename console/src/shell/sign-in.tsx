import { signIn } from '../session.ts'
import { Button } from '../ui/basics.tsx'

/** The page before the session, and after its end. */
export function SignIn({
  problem,
  hasEnded,
}: {
  readonly problem: string | undefined
  readonly hasEnded: boolean
}) {
  return (
    <main className="way-in">
      <div className="way-in-card">
        <Brand />
        <div className="stack">
          <h1>{hasEnded ? 'Your session is over' : 'Customer conversations, seen and proved'}</h1>
          <p className="soft">
            {hasEnded
              ? 'You signed out, or the session ended. What you had written and not sent is kept in this tab.'
              : 'Answer customers at the desk, follow every message step by step, and set up what carries them.'}
          </p>
        </div>
        {problem === undefined ? null : (
          <div className="notice warn" role="alert">
            {problem}
          </div>
        )}
        <Button look="primary" large autoFocus onPress={() => void signIn()}>
          {hasEnded ? 'Sign in again' : 'Sign in'}
        </Button>
        <p className="xs soft">
          First time here? The server printed a link when it first started. Users and passwords are
          in <code>credentials.json</code> in its data folder.
        </p>
      </div>
    </main>
  )
}

/** The name of the program with its sign. */
export function Brand({ isSmall }: { readonly isSmall?: boolean }) {
  return (
    <span className={isSmall === true ? 'brand small-brand' : 'brand'}>
      <img
        src="/favicon.svg"
        alt=""
        width={isSmall === true ? 28 : 36}
        height={isSmall === true ? 28 : 36}
      />
      <span>signalbox</span>
    </span>
  )
}
