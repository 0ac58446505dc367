import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useAround } from '../me.ts'
import { signOut } from '../session.ts'
import { chooseTheme } from '../theme.ts'
import { Dialog } from '../ui/dialogs.tsx'
import { workbenchPages } from '../workbench/pages.ts'
import { places } from './places.ts'

interface Command {
  readonly title: string
  readonly hint: string
  run(): void
}

interface Given {
  readonly isOpen: boolean
  readonly onOpen: (open: boolean) => void
  readonly go: (path: string) => void
  readonly showHelp: () => void
  readonly toggleQueue: () => void
}

/** Ctrl or Cmd with K: go anywhere and do anything by its name; the arrows choose, Enter does it. */
export function CommandBar(given: Given) {
  const { isOpen, onOpen } = given
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      onOpen(true)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [onOpen])
  return (
    <Dialog title="Commands" isOpen={isOpen} onClose={() => onOpen(false)} place="top">
      <Commands {...given} />
    </Dialog>
  )
}

function Commands(given: Given) {
  const commands = useCommands(given)
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const words = text.toLowerCase().split(/\s+/)
  const found = commands
    .filter(({ title, hint }) =>
      words.every((word) => `${title} ${hint}`.toLowerCase().includes(word)),
    )
    .slice(0, 12)
  const run = (command: Command | undefined) => {
    if (command === undefined) return
    given.onOpen(false)
    command.run()
  }
  return (
    <div className="stack">
      <input
        className="input"
        role="combobox"
        aria-label="What do you want to do?"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={found[chosen] === undefined ? undefined : `command-${chosen}`}
        placeholder="Go to, find a customer, switch…"
        // biome-ignore lint/a11y/noAutofocus: the bar is opened to be typed into
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setChosen(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') run(found[chosen])
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          const step = event.key === 'ArrowDown' ? 1 : -1
          setChosen((chosen + step + found.length) % Math.max(1, found.length))
        }}
      />
      <div id="commands" role="listbox" aria-label="Commands" className="menu">
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={`${command.hint} ${command.title}`}
            id={`command-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className="menu-item"
            data-focused={index === chosen || undefined}
            onClick={() => run(command)}
          >
            <span className="grow truncate">{command.title}</span>
            <span className="xs soft">{command.hint}</span>
          </div>
        ))}
        {found.length === 0 ? <p className="soft small">Nothing goes by that name.</p> : null}
      </div>
    </div>
  )
}

function useCommands({ go, showHelp, toggleQueue }: Given): readonly Command[] {
  const { me, desk } = useAround()
  const { interactions } = useSyncExternalStore(desk.subscribe, desk.snapshot)
  return useMemo(
    () => [
      ...interactions.map((one) => ({
        title: `${one.customerName} ${one.customerAddress}`,
        hint: 'Interaction',
        run: () => go(`/desk/${one.id}`),
      })),
      ...places
        .filter(({ may }) => may(me))
        .map(({ title, path }) => ({ title, hint: 'Go to', run: () => go(path) })),
      ...workbenchPages
        .filter(({ permission }) => me.can(permission))
        .map(({ title, path }) => ({
          title,
          hint: 'Workbench',
          run: () => go(`/workbench/${path}`),
        })),
      { title: 'Go on or off queue', hint: 'Do', run: toggleQueue },
      { title: 'First steps', hint: 'Go to', run: () => go('/welcome') },
      { title: 'Settings', hint: 'Go to', run: () => go('/settings') },
      { title: 'Keyboard', hint: 'Show', run: showHelp },
      { title: 'Theme: light', hint: 'Do', run: () => chooseTheme('light') },
      { title: 'Theme: dark', hint: 'Do', run: () => chooseTheme('dark') },
      { title: 'Theme: as the machine', hint: 'Do', run: () => chooseTheme('system') },
      { title: 'Sign out', hint: 'Do', run: () => void signOut() },
    ],
    [go, showHelp, toggleQueue, me, interactions],
  )
}
