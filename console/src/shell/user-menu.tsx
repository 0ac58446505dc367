import { useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { useLocation } from 'wouter'
import { roleOf, useAround } from '../me.ts'
import { signOut } from '../session.ts'
import { chooseTheme, chosenTheme } from '../theme.ts'

const themes = {
  system: 'Theme: as the machine',
  light: 'Theme: light',
  dark: 'Theme: dark',
} as const
const nextTheme = { system: 'light', light: 'dark', dark: 'system' } as const

/** The user's own things: settings, theme, keys, the end of the session. */
export function UserMenu({ onHelp }: { readonly onHelp: () => void }) {
  const { me } = useAround()
  const [, navigate] = useLocation()
  const [theme, setTheme] = useState(chosenTheme())
  const initials = me.name
    .split(' ')
    .map((part) => part[0])
    .join('')
    .slice(0, 2)
  const actions: Readonly<Record<string, () => void>> = {
    settings: () => navigate('/settings'),
    theme: () => {
      const next = nextTheme[theme]
      chooseTheme(next)
      setTheme(next)
    },
    keys: onHelp,
    out: () => void signOut(),
  }
  return (
    <MenuTrigger>
      <AriaButton className="avatar" aria-label={`${me.name}, ${roleOf(me)}`}>
        {initials}
      </AriaButton>
      <Popover className="popover" placement="bottom end">
        <div className="menu-head">
          <strong>{me.name}</strong>
          <span className="xs soft">
            {roleOf(me)} · {me.email}
          </span>
        </div>
        <Menu className="menu" aria-label="You" onAction={(key) => actions[String(key)]?.()}>
          <MenuItem id="settings" className="menu-item">
            Settings
          </MenuItem>
          <MenuItem id="theme" className="menu-item">
            {themes[theme]}
          </MenuItem>
          <MenuItem id="keys" className="menu-item">
            Keyboard
          </MenuItem>
          <MenuItem id="out" className="menu-item">
            Sign out
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
