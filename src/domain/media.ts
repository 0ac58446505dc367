/** A file that an agent uploads to send it: what it is; the bytes are kept beside it. */
export interface MediaItem {
  readonly id: string
  readonly conversationId: string
  readonly communicationId: string
  readonly fileName: string
  readonly mediaType: string
  readonly contentLengthBytes: number
  /** In base64 or hexadecimal, as the uploader gave it. */
  readonly contentMd5?: string
  /** Name, type and length are known only when the bytes come (the older way of uploading). */
  readonly undeclared?: true
  readonly status: 'uploading' | 'valid' | 'invalid'
  readonly createdMs: number
  /** Signs the links to it; encrypted at rest. */
  readonly secret: string
}

/** What stands as the communication of files that belong to no conversation: copies of what providers brought. */
export const copiesCommunicationId = 'inbound'

/** The most that one attachment may have (vendor help on supported content: 25 MB). */
export const mediaBytesMax = 25_000_000

/** What a profile lets through, by direction; `image/*` stands for many, and so does a star on both sides. */
export interface AllowedMedia {
  readonly inbound: readonly string[]
  readonly outbound: readonly string[]
}

/** The vendor's default profile: any medium in; JPEG, PNG and GIF out (help page on supported content profiles). */
export const defaultAllowedMedia: AllowedMedia = {
  inbound: ['*/*'],
  outbound: ['image/jpeg', 'image/png', 'image/gif'],
}

/** Whether a list of media types, with wildcards, has this one. */
export function allowsMedia(allowed: readonly string[], mediaType: string): boolean {
  const [kind = ''] = mediaType.toLowerCase().split('/')
  return allowed.some((one) => {
    const type = one.toLowerCase()
    return type === '*/*' || type === `${kind}/*` || type === mediaType.toLowerCase()
  })
}

/** What is wrong with a file name by the vendor's rules for uploads; undefined when nothing is. */
export function fileNameFault(name: string): string | undefined {
  if (name === '' || name.length > 255) return 'must have 1 to 255 characters'
  if (name.startsWith('.')) return 'must not begin with a dot'
  if (name.endsWith('/')) return 'must not end with a slash'
  if (/\s/.test(name)) return 'must not have white space'
  if (/[\\{^}%`\]">[~<#|]/.test(name)) return 'must have none of \\ { ^ } % ` ] " > [ ~ < # |'
  return undefined
}

/** The media type that a file name's ending stands for; `application/octet-stream` for others. */
export function mediaTypeOfName(name: string): string {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  return byEnding[ending] ?? 'application/octet-stream'
}

const byEnding: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  bmp: 'image/bmp',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  '3gp': 'video/3gpp',
  mov: 'video/quicktime',
  webm: 'video/webm',
  pdf: 'application/pdf',
  zip: 'application/zip',
  txt: 'text/plain',
  csv: 'text/csv',
  vcf: 'text/vcard',
  ics: 'text/calendar',
  json: 'application/json',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
}

/** A name for a file that came without one, with the ending of its media type. */
export function nameOfMediaType(mediaType: string): string {
  const ending = Object.entries(byEnding).find(([, type]) => type === mediaType)?.[0] ?? 'bin'
  return `file.${ending}`
}

/** Whether the first bytes fit the media type, for types that show themselves; others are believed. */
export function fitsMediaType(bytes: Uint8Array, mediaType: string): boolean {
  const signature = signatures[mediaType]
  return signature === undefined || signature.every((byte, index) => bytes[index] === byte)
}

const signatures: Readonly<Record<string, readonly number[]>> = {
  'image/jpeg': [0xff, 0xd8, 0xff],
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'image/gif': [0x47, 0x49, 0x46, 0x38],
  'application/pdf': [0x25, 0x50, 0x44, 0x46],
}

/** The vendor's word for a kind of attachment. */
export function attachmentKind(mediaType: string): 'Image' | 'Video' | 'Audio' | 'File' {
  const [kind] = mediaType.split('/')
  if (kind === 'image') return 'Image'
  if (kind === 'video') return 'Video'
  return kind === 'audio' ? 'Audio' : 'File'
}
