import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'

/** Keeps secrets unreadable for whoever gets hold of the database but not of the key. */
export interface Vault {
  /**
   * Encrypts a text as `v1.` and base64url of nonce (12 bytes), tag (16 bytes) and ciphertext. `context` says
   * where the text belongs; only the same context opens it, so a sealed text cannot be moved to another row.
   */
  seal(text: string, context?: string): string
  /** Decrypts what `seal` made; throws when the key or the context is another, or the text was changed. */
  open(sealed: string, context?: string): string
}

const keyLength = 32
const nonceLength = 12
const tagLength = 16
const prefix = 'v1.'

/** Opens the vault of a 32-byte key: AES-256-GCM with a fresh random nonce for each text. */
export function openVault(key: Buffer): Vault {
  if (key.length !== keyLength) {
    throw new Error(`The encryption key has ${key.length} bytes; it must have ${keyLength}.`)
  }
  return {
    seal(text, context = '') {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(Buffer.from(context))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return prefix + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    open(sealed, context = '') {
      const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url')
      if (!sealed.startsWith(prefix) || bytes.length < nonceLength + tagLength) {
        throw new Error('A sealed text has a form that this program does not know.')
      }
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength))
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
      try {
        const start = decipher.update(bytes.subarray(nonceLength + tagLength), undefined, 'utf8')
        return start + decipher.final('utf8')
      } catch (error) {
        throw new Error(
          'A secret cannot be decrypted: start with the key file that it was saved under.',
          { cause: error },
        )
      }
    },
  }
}

/** Reads the key file, or makes one of 32 random bytes that only its owner may read (mode 0600). */
export function loadOrCreateKey(file: string): Buffer {
  const found = readKey(file)
  if (found !== undefined) return found
  // Written aside and linked into place, so that of two programs starting at once both use the first one's key
  // and none ever reads half a key.
  const draft = `${file}.${randomUUID()}`
  const descriptor = openSync(draft, 'wx', 0o600)
  try {
    writeSync(descriptor, randomBytes(keyLength))
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  try {
    linkSync(draft, file)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  const made = readKey(file)
  if (made === undefined) throw new Error(`The key file ${file} vanished while it was made.`)
  return made
}

function readKey(file: string): Buffer | undefined {
  try {
    const key = readFileSync(file)
    if (key.length === keyLength) return key
    throw new Error(`${file} has ${key.length} bytes; a key file has ${keyLength}.`)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
