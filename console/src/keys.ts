import { useEffect, useRef } from 'react'

/** What can be done with a single key, and with which unless the user chose another. */
export const keyActions = {
  'next-interaction': { key: 'j', does: 'Next interaction', where: 'Desk' },
  'previous-interaction': { key: 'k', does: 'Previous interaction', where: 'Desk' },
  answer: { key: 'a', does: 'Answer the alert', where: 'Desk' },
  decline: { key: 'd', does: 'Decline the alert', where: 'Desk' },
  reply: { key: 'r', does: 'Write an answer', where: 'Desk' },
  transfer: { key: 't', does: 'Transfer', where: 'Desk' },
  park: { key: 'p', does: 'Park', where: 'Desk' },
  leave: { key: 'e', does: 'End the interaction', where: 'Desk' },
  'wrap-up': { key: 'w', does: 'Wrap up', where: 'Desk' },
  new: { key: 'n', does: 'New conversation', where: 'Desk' },
  'on-queue': { key: 'q', does: 'Go on or off queue', where: 'Everywhere' },
  handset: { key: 'h', does: 'Show or hide the handset', where: 'Desk' },
  search: { key: '/', does: 'Search or filter', where: 'Inspector' },
  help: { key: '?', does: 'Show these keys', where: 'Everywhere' },
} as const

export type KeyAction = keyof typeof keyActions

const storeKey = 'signalbox.keys'
const offKey = 'signalbox.keys.off'

/** Keys that the user chose himself. */
function chosen(): Partial<Record<KeyAction, string>> {
  return JSON.parse(localStorage.getItem(storeKey) ?? '{}') as Partial<Record<KeyAction, string>>
}

/** The key that does something now. */
export function keyOf(action: KeyAction): string {
  return chosen()[action] ?? keyActions[action].key
}

/** Gives an action another key; undefined gives it back its own. */
export function remap(action: KeyAction, key: string | undefined): void {
  const { [action]: _past, ...others } = chosen()
  localStorage.setItem(
    storeKey,
    JSON.stringify(key === undefined ? others : { ...others, [action]: key }),
  )
}

/** Whether single keys do anything at all; some people's speech input would press them. */
export function areKeysOn(): boolean {
  return localStorage.getItem(offKey) === null
}

export function setKeysOn(on: boolean): void {
  if (on) localStorage.removeItem(offKey)
  else localStorage.setItem(offKey, '1')
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}

/** Does something at a single key while the view is there: not in inputs, not under a dialog, not with Ctrl or Cmd. */
export function useKeys(handlers: Partial<Record<KeyAction, () => void>>): void {
  const latest = useRef(handlers)
  latest.current = handlers
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (!areKeysOn() || isTyping(event.composedPath()[0] ?? null)) return
      if (document.querySelector('[role=dialog],[role=alertdialog]:not([data-inline])') !== null)
        return
      for (const [action, handle] of Object.entries(latest.current)) {
        if (keyOf(action as KeyAction) !== event.key) continue
        event.preventDefault()
        handle()
        return
      }
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}
