import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import chromium from '@sparticuz/chromium'
import { type BrowserContext, chromium as engine, type Page } from 'playwright-core'
import type { House } from './house.ts'

/** A real browser with an empty profile; nothing of it is left when it is closed. */
export interface Browser {
  readonly context: BrowserContext
  readonly page: Page
  /** What pages complained about: script errors and refused sources. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export interface BrowserOptions {
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

/** Starts Chromium: the one that SIGNALBOX_TEST_CHROMIUM names, else the one of the npm registry. */
export async function openBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-browser-'))
  const executablePath = process.env['SIGNALBOX_TEST_CHROMIUM'] ?? (await chromium.executablePath())
  const context = await engine.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    args: flags,
    locale: 'en-US',
    colorScheme: options.theme ?? 'light',
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const complaints: string[] = []
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text())
  })
  return {
    context,
    page,
    complaints,
    async close() {
      await context.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Signs in as a user of the demo by the sign-in page: 0 and 1 are agents, 2 may do everything. */
export async function signIn(page: Page, house: House, userIndex: number): Promise<void> {
  const user = house.credentials.users[userIndex]
  await page.goto(`${house.url}/`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('E-mail address').fill(user?.email ?? '')
  await page.getByLabel('Password').fill(user?.password ?? '')
  await page.getByRole('button', { name: 'Log in' }).click()
  // the head of the console is there at every width, the navigation of a narrow one is behind its menu
  await page.getByRole('banner').waitFor()
}
