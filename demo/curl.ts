import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A curl command as a page prints it: the words that a shell would hand over, quotes taken off. */
export type CurlCommand = readonly string[]

/** The curl commands of a page, in their order. Pages break lines after a backslash, and leave blank ones there. */
export function curlCommandsIn(page: string): readonly CurlCommand[] {
  const text = page.replace(/\\[ \t]*\r?\n\s*/g, ' ')
  const commands: CurlCommand[] = []
  const start = /^[ \t]*curl\s/gm
  for (let found = start.exec(text); found !== null; found = start.exec(text)) {
    const { words, end } = wordsFrom(text, found.index)
    commands.push(words.slice(1))
    start.lastIndex = end
  }
  return commands
}

/** Words up to the end of the line; within single quotes everything stands for itself, line ends too. */
function wordsFrom(text: string, from: number): { words: string[]; end: number } {
  const words: string[] = []
  let word: string | undefined
  let at = from
  for (; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === "'") {
      const close = text.indexOf("'", at + 1)
      const end = close < 0 ? text.length : close
      word = (word ?? '') + text.slice(at + 1, end)
      at = end
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
      if (character === '\n' && words.length > 0) break
    } else word = (word ?? '') + character
  }
  if (word !== undefined) words.push(word)
  return { words, end: at }
}

/** The command with its variables filled; longer names go first, so that `$ccid` does not eat a longer one. */
export function filledCurl(
  command: CurlCommand,
  variables: Readonly<Record<string, string>>,
): CurlCommand {
  const names = Object.keys(variables).toSorted((a, b) => b.length - a.length)
  return command.map((word) =>
    names.reduce((text, name) => text.replaceAll(name, variables[name] ?? ''), word),
  )
}

/** What a command was answered. */
export interface CurlAnswer {
  readonly status: number
  readonly text: string
}

/** Runs a command with the machine's own curl. */
export async function runCurl(command: CurlCommand): Promise<CurlAnswer> {
  const args = ['--silent', '--show-error', '--max-time', '20', ...command]
  const { stdout } = await promisify(execFile)('curl', [...args, '--write-out', '\n%{http_code}'])
  const cut = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(cut + 1)), text: stdout.slice(0, cut) }
}

/** The address in a command, for people. */
export function addressIn(command: CurlCommand): string {
  return command.find((word) => /^(\$\w+|https?:\/\/[^/]+)\//.test(word)) ?? ''
}
