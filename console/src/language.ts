/**
 * Gives the page a language that `Intl` takes where the browser names none (`en-US@posix`, of a Linux without a locale):
 * the chart library asks for it while it is loaded, and would fail with its whole page.
 */
export function mendLanguage(): void {
  try {
    Intl.getCanonicalLocales(navigator.language)
  } catch {
    const [plain = 'en'] = navigator.language.split(/[@.]/)
    Object.defineProperty(navigator, 'language', { value: plain, configurable: true })
  }
}
