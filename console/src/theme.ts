/** Light, dark, or as the machine is set. */
export type Theme = 'system' | 'light' | 'dark'

const storeKey = 'signalbox.theme'

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(storeKey)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

/** Puts a theme on, and keeps it for the next visit. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(storeKey)
  else localStorage.setItem(storeKey, theme)
  applyTheme()
}

export function applyTheme(): void {
  const theme = chosenTheme()
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
