import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const keyBytes = 32
const saltBytes = 16

/** Passwords longer than this are refused before any work is done on them. */
export const passwordCharactersMax = 1000

/** Makes what is kept of a password: scrypt (N 32768, r 8, p 1) under a fresh salt, as `salt:hash` in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await derive(password, salt)
  return `${salt.toString('base64url')}:${hash.toString('base64url')}`
}

/**
 * Whether a password is the one that was kept. Takes as long for a user who is not there or has none (`kept`
 * undefined) as for one who is, so that the time does not tell who exists.
 */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  if (password.length > passwordCharactersMax) return false
  const [salt = '', hash = ''] = (kept ?? nobody).split(':')
  const wanted = Buffer.from(hash, 'base64url')
  const derived = await derive(password, Buffer.from(salt, 'base64url'))
  return wanted.length === derived.length && timingSafeEqual(wanted, derived) && kept !== undefined
}

/** A hash that no password is known to have. */
const nobody = `${Buffer.alloc(saltBytes).toString('base64url')}:${Buffer.alloc(keyBytes).toString('base64url')}`

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, cost, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
