import type { MediaItem } from '../domain/media.ts'
import type { Page, PageRequest } from './store.ts'

/** Uploaded files with their bytes, which every node can read. */
export interface Media {
  add(item: MediaItem): Promise<void>
  get(id: string): Promise<MediaItem | undefined>
  /** Moves the status; the rest stays. */
  setStatus(id: string, status: MediaItem['status']): Promise<void>
  /** The items of one communication, oldest first. */
  list(
    of: { readonly conversationId: string; readonly communicationId: string },
    page: PageRequest,
    status?: MediaItem['status'],
  ): Promise<Page<MediaItem>>
  /** Copies of files that providers and gateways brought, oldest first; they belong to no conversation. */
  copies(page: PageRequest): Promise<Page<MediaItem>>
  /** Says what a file is, where it was not declared before its bytes came. */
  describe(
    id: string,
    file: Pick<MediaItem, 'fileName' | 'mediaType' | 'contentLengthBytes'>,
  ): Promise<void>
  /** Removes a file with its bytes. */
  remove(id: string): Promise<void>
  /** Keeps the bytes, in place of any that there were. */
  putBytes(id: string, bytes: Uint8Array): Promise<void>
  bytes(id: string): Promise<Uint8Array>
}
