import type { AnyOperation } from '../operation.ts'
import { deleteLibrary, getLibraries, getLibrary, postLibraries, putLibrary } from './libraries.ts'
import {
  deleteResponse,
  getResponse,
  getResponses,
  postResponses,
  postResponsesQuery,
  putResponse,
} from './responses.ts'

/** Operations on prepared answers and templates. */
export const responseManagementOperations: readonly AnyOperation[] = [
  deleteLibrary,
  deleteResponse,
  getLibraries,
  getLibrary,
  getResponse,
  getResponses,
  postLibraries,
  postResponses,
  postResponsesQuery,
  putLibrary,
  putResponse,
]
